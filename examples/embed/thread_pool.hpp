// A pool of threads as a host has one, and the executor that lends it to sojourn.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace host {

class thread_pool {
 public:
  explicit thread_pool(std::size_t threads) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;
  ~thread_pool() {
    {
      const std::lock_guard lock(guard_);
      ends_ = true;
    }
    changed_.notify_all();
    for (std::thread& one : threads_) one.join();
  }

  [[nodiscard]] std::size_t get_thread_count() const { return threads_.size(); }
  void detach_task(std::function<void()> task) {
    {
      const std::lock_guard lock(guard_);
      tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
  }

 private:
  void work() {
    for (;;) {
      std::unique_lock lock(guard_);
      changed_.wait(lock, [this] { return ends_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

  std::mutex guard_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

// The two members that BS::thread_pool has too: this executor takes either. The calling thread works with the pool, so that
// a call from inside one of the pool's own tasks cannot wait for itself, and a watch is looked at.
template <class Pool>
class pool_executor {
 public:
  explicit pool_executor(Pool& pool) : pool_(pool) {}

  [[nodiscard]] std::size_t concurrency() const { return pool_.get_thread_count() + 1; }

  template <class F>
  void bulk(std::size_t n, F&& task) const {
    // Tasks that the pool has not begun when all is done must find something to look at: hence shared.
    const auto run = std::make_shared<progress>();
    run->count = n;
    run->task = [&task](std::size_t i) { task(i); };
    for (std::size_t i = 1; i < concurrency() && i < n; ++i) pool_.detach_task([run] { run->work(); });
    run->work();
    std::unique_lock lock(run->guard);
    run->idle.wait(lock, [&] { return run->busy == 0; });
    if (run->error) std::rethrow_exception(run->error);
  }

 private:
  struct progress {
    std::mutex guard;
    std::condition_variable idle;
    std::size_t next = 0, count = 0, busy = 0;
    std::function<void(std::size_t)> task;
    std::exception_ptr error;

    void work() {
      std::unique_lock lock(guard);
      while (next < count) {
        const std::size_t i = next++;
        ++busy;
        lock.unlock();
        std::exception_ptr thrown;
        try {
          task(i);
        } catch (...) {
          thrown = std::current_exception();
        }
        lock.lock();
        if (thrown) {
          if (!error) error = thrown;
          next = count;
        }
        if (--busy == 0) idle.notify_all();
      }
    }
  };

  Pool& pool_;
};

}  // namespace host
