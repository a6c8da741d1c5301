//! Gives the shared library its versioned name.

fn main() {
    // The number changes when the ABI breaks, not with every release.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libsecpvm_core.so.0");
}
