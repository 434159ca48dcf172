"use strict";
(function () {
  var texts = JSON.parse(document.getElementById("sojourn-texts").textContent);
  function amount(cell) {
    var text = cell.textContent.trim().replace(/,/g, "").replace(/\u2212/g, "-");
    if (/^\d{4}-\d{2}(-\d{2})?$/.test(text)) { return Date.parse(text); }
    var found = text.match(/^[+-]?\d+(\.\d+)?/);
    return found ? parseFloat(found[0]) : NaN;
  }
  function sort(table, column, button) {
    var body = table.tBodies[0], head = table.tHead.rows[0].cells;
    var down = head[column].getAttribute("aria-sort") === "descending";
    for (var i = 0; i < head.length; i++) { head[i].removeAttribute("aria-sort"); }
    head[column].setAttribute("aria-sort", down ? "ascending" : "descending");
    var rows = Array.prototype.slice.call(body.rows);
    var last = rows.filter(function (row) { return row.classList.contains("total"); });
    var sorted = rows.filter(function (row) { return !row.classList.contains("total"); });
    sorted.sort(function (a, b) {
      var x = amount(a.cells[column]), y = amount(b.cells[column]), order;
      if (x === x && y === y) { order = x - y; }
      else if (x === x || y === y) { return x === x ? -1 : 1; }
      else { order = a.cells[column].textContent.localeCompare(b.cells[column].textContent); }
      return down ? order : -order;
    });
    sorted.concat(last).forEach(function (row) { body.appendChild(row); });
    button.focus();
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.title = texts.sort;
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () { sort(table, column, button); });
    });
    if (table.tBodies[0].rows.length < 8) { return; }
    var field = document.createElement("input");
    field.type = "search";
    field.placeholder = texts.filter;
    field.setAttribute("aria-label", texts.filter);
    field.addEventListener("input", function () {
      var wanted = field.value.toLowerCase();
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        row.hidden = !row.classList.contains("total") && row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
    table.parentNode.parentNode.insertBefore(field, table.parentNode);
  });
  function open() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", open);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("section > details").forEach(function (one) { one.open = true; });
  });
  open();
})();
