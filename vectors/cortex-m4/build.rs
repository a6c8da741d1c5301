//! Links for the memory of the machine in `memory.ld`.

fn main() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/memory.ld");
    println!("cargo::rustc-link-arg=-T{script}");
    println!("cargo::rerun-if-changed={script}");
}
