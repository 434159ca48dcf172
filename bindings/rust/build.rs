//! Where libsojourn_c is: SOJOURN_LIB_DIR, else wherever the linker looks.
fn main() {
    println!("cargo:rerun-if-env-changed=SOJOURN_LIB_DIR");
    println!("cargo:rustc-link-lib=sojourn_c");
    if let Ok(folder) = std::env::var("SOJOURN_LIB_DIR") {
        println!("cargo:rustc-link-search=native={folder}");
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
