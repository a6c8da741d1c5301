//! Gives the shared library its versioned name, and compiles the C++ side of the bridge.

fn main() {
    // The number changes when the ABI breaks, not with every release.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libsecpvm_core.so.0");
    #[cfg(feature = "cxx")]
    cxx_build::bridge("src/bridge.rs")
        .std("c++17")
        .compile("secpvm_bridge");
    println!("cargo:rerun-if-changed=src/bridge.rs");
}
