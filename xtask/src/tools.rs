//! What a chore needs besides Rust, and where a Debian system gets it from.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use nix::unistd::Uid;

use crate::shell::{read, run};

/// A file that must exist, and the Debian package that brings it.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    file: &'static str,
    package: &'static str,
}

/// What the C parts are built with.
pub const C_COMPILER: [Tool; 2] = [
    Tool {
        file: "/usr/bin/cc",
        package: "gcc",
    },
    Tool {
        file: "/usr/include/stdio.h",
        package: "libc6-dev",
    },
];

/// Stock PVM, what its programs are built with, and those of its examples.
pub const PVM: [Tool; 5] = [
    Tool {
        file: "/usr/bin/pvm",
        package: "pvm",
    },
    Tool {
        file: "/usr/bin/pvmd",
        package: "pvm",
    },
    // A pvmd that cannot look up the service "exec" ends when a host is added.
    Tool {
        file: "/etc/services",
        package: "netbase",
    },
    Tool {
        file: "/usr/include/pvm3.h",
        package: "pvm-dev",
    },
    Tool {
        file: "/usr/bin/timing",
        package: "pvm-examples",
    },
];

/// What the laboratory is made with.
pub const LAB: [Tool; 1] = [Tool {
    file: "/usr/bin/ip",
    package: "iproute2",
}];

/// Python with packages of its own. The Python package is loaded by it, not linked with it, so
/// python3-dev is not among this.
pub const PYTHON: [Tool; 2] = [
    Tool {
        file: "/usr/bin/python3",
        package: "python3",
    },
    Tool {
        file: "/usr/share/python-wheels",
        package: "python3-venv",
    },
];

/// The libraries that known answers are verified with, from Python.
pub const PEERS: [Tool; 3] = [
    Tool {
        file: "/usr/lib/x86_64-linux-gnu/libgcrypt.so.20",
        package: "libgcrypt20",
    },
    Tool {
        file: "/usr/lib/x86_64-linux-gnu/libbotan-2.so.19",
        package: "libbotan-2-19",
    },
    Tool {
        file: "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
        package: "libssl3",
    },
];

/// The machines that are not this one.
pub const OTHER_MACHINES: [Tool; 4] = [
    Tool {
        file: "/usr/bin/qemu-system-arm",
        package: "qemu-system-arm",
    },
    Tool {
        file: "/usr/bin/qemu-s390x",
        package: "qemu-user",
    },
    Tool {
        file: "/usr/bin/s390x-linux-gnu-gcc",
        package: "gcc-s390x-linux-gnu",
    },
    Tool {
        file: "/usr/s390x-linux-gnu/include/stdio.h",
        package: "libc6-dev-s390x-cross",
    },
];

/// What the fuzz targets are built with: libFuzzer is C++, and OpenSSL a peer.
pub const FUZZ: [Tool; 3] = [
    Tool {
        file: "/usr/bin/g++",
        package: "g++",
    },
    Tool {
        file: "/usr/include/openssl/ssl.h",
        package: "libssl-dev",
    },
    Tool {
        file: "/usr/bin/pkg-config",
        package: "pkg-config",
    },
];

/// Rust for a browser, where rustup has none: Debian's, with the sources of its library.
pub const RUST_WEB: [Tool; 4] = [
    Tool {
        file: "/usr/bin/cargo",
        package: "cargo-web",
    },
    Tool {
        file: "/usr/bin/rustc",
        package: "rustc-web",
    },
    Tool {
        file: "/usr/lib/rustlib/src",
        package: "rust-web-src",
    },
    Tool {
        file: "/usr/bin/wasm-ld",
        package: "lld",
    },
];

/// What the npm package is tested in.
pub const BROWSER: [Tool; 1] = [Tool {
    file: "/usr/bin/chromium",
    package: "chromium",
}];

/// What makes figures smaller.
pub const FIGURES: [Tool; 1] = [Tool {
    file: "/usr/bin/optipng",
    package: "optipng",
}];

/// NetPIPE, which measures PVM, too.
pub const NETPIPE: [Tool; 1] = [Tool {
    file: "/usr/bin/NPpvm",
    package: "netpipe-pvm",
}];

/// What the npm package is built with.
pub const NODE: [Tool; 2] = [
    Tool {
        file: "/usr/bin/node",
        package: "nodejs",
    },
    Tool {
        file: "/usr/bin/npm",
        package: "npm",
    },
];

/// What the benchmark's peers are built of, and what keeps it on one CPU.
pub const BENCH: [Tool; 5] = [
    Tool {
        file: "/usr/bin/g++",
        package: "g++",
    },
    Tool {
        file: "/usr/include/openssl/ssl.h",
        package: "libssl-dev",
    },
    Tool {
        file: "/usr/bin/pkg-config",
        package: "pkg-config",
    },
    Tool {
        file: "/usr/include/botan-2/botan/ffi.h",
        package: "libbotan-2-dev",
    },
    Tool {
        file: "/usr/bin/taskset",
        package: "util-linux",
    },
];

/// What the tests are built and run with, besides.
pub const TEST: [Tool; 12] = [
    Tool {
        file: "/usr/bin/make",
        package: "make",
    },
    Tool {
        file: "/usr/bin/cmake",
        package: "cmake",
    },
    Tool {
        file: "/usr/bin/pkg-config",
        package: "pkg-config",
    },
    Tool {
        file: "/usr/bin/gcc",
        package: "gcc",
    },
    Tool {
        file: "/usr/bin/g++",
        package: "g++",
    },
    Tool {
        file: "/usr/bin/clang",
        package: "clang",
    },
    Tool {
        file: "/usr/bin/gfortran",
        package: "gfortran",
    },
    Tool {
        file: "/usr/bin/man",
        package: "man-db",
    },
    Tool {
        file: "/usr/bin/mandoc",
        package: "mandoc",
    },
    Tool {
        file: "/usr/bin/nm",
        package: "binutils",
    },
    Tool {
        file: "/usr/bin/valgrind",
        package: "valgrind",
    },
    Tool {
        file: "/usr/sbin/sshd",
        package: "openssh-server",
    },
];

/// What the tests for aarch64 are linked and run with.
pub const AARCH64: [Tool; 3] = [
    Tool {
        file: "/usr/bin/aarch64-linux-gnu-gcc",
        package: "gcc-aarch64-linux-gnu",
    },
    Tool {
        file: "/usr/aarch64-linux-gnu/lib/libc.so",
        package: "libc6-dev-arm64-cross",
    },
    Tool {
        file: "/usr/bin/qemu-aarch64",
        package: "qemu-user",
    },
];

/// Install what is missing, and say what. Without root, say how.
///
/// # Errors
/// Something is missing and can't be installed.
pub fn require(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools
        .iter()
        .filter(|tool| !Path::new(tool.file).exists())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    packages.dedup();
    let packages = packages.join(" ");
    for tool in missing {
        eprintln!("missing: {} (package {})", tool.file, tool.package);
    }
    if !Uid::effective().is_root() {
        bail!("install what is missing, as root: apt-get install {packages}");
    }
    eprintln!("installing {packages}");
    run(Command::new("apt-get").arg("update"))?;
    run(Command::new("apt-get")
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages.split(' '))
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The parts of the Rust toolchain beyond the smallest: formatter, lints, and `targets`.
///
/// # Errors
/// One is missing and rustup can't install it.
pub fn require_rust(targets: &[&str]) -> Result<()> {
    let installed = read(Command::new("rustup").args(["component", "list", "--installed"]))?;
    let installed =
        installed + &read(Command::new("rustup").args(["target", "list", "--installed"]))?;
    let missing = |part: &&&str| !installed.lines().any(|line| line.starts_with(**part));
    for component in ["rustfmt", "clippy"].iter().filter(missing) {
        eprintln!("missing: {component}; installing it");
        run(Command::new("rustup").args(["component", "add", component]))?;
    }
    for target in targets.iter().filter(missing) {
        eprintln!("missing: Rust for {target}; installing it");
        run(Command::new("rustup").args(["target", "add", target]))?;
    }
    Ok(())
}
