//! The known answers of primitives on a Cortex-M4 without an operating system or allocator: see
//! vectors/cortex-m4.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};

use super::known_answers;
use crate::shell::{root, run};
use crate::tools;

const TARGET: &str = "thumbv7em-none-eabi";

/// Formats, which stand on the primitives; core/bare links them for the same machine.
const FORMATS: [&str; 4] = [
    "classic_exchange_v1",
    "classic_packet_v1",
    "noise_handshake_v1",
    "transcript_v1",
];

/// All answers are given, and a wrong one is not taken; returns 2, how many runs there are.
///
/// # Errors
/// If one is not given, or the wrong one goes unseen.
pub fn test() -> Result<usize> {
    tools::require(&tools::OTHER_MACHINES)?;
    run(Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--target", TARGET])
        .args(["--manifest-path", "vectors/cortex-m4/Cargo.toml"])
        .args(["--target-dir", "target/cortex-m4"]))?;
    let path = known_answers::write("known-answers-cortex-m4.txt", &FORMATS)?;
    let text = fs::read_to_string(&path)?;
    let cases = text.matches("\n\n").count();
    let (output, said) = start(&path)?;
    ensure!(
        output.status.success() && said.ends_with(&format!("{cases} known answers given, 0 not\n")),
        "of {cases} known answers on a Cortex-M4: {said}"
    );
    eprint!("on a Cortex-M4: {said}");

    let wrong = root().join("target/wrong-answer-cortex-m4.txt");
    fs::write(&wrong, text.replacen("result valid", "result invalid", 1))?;
    let (output, said) = start(&wrong)?;
    ensure!(
        !output.status.success() && said.ends_with(" given, 1 not\n"),
        "a wrong answer went unseen on a Cortex-M4: {said}"
    );
    Ok(2)
}

/// Run the program on the machine, with `answers` in its memory.
fn start(answers: &Path) -> Result<(Output, String)> {
    let program = root().join("target/cortex-m4").join(TARGET);
    // A machine without a console to speak to, but for semihosting's, which is standard error.
    let output = Command::new("qemu-system-arm")
        .args(["-machine", "mps2-an386", "-cpu", "cortex-m4"])
        .args(["-display", "none", "-serial", "none", "-monitor", "none"])
        .args(["-semihosting-config", "enable=on,target=native"])
        .arg("-kernel")
        .arg(program.join("release/secpvm-cortex-m4"))
        .arg("-device")
        .arg(format!(
            "loader,file={},addr=0x21000000,force-raw=on",
            answers.display()
        ))
        .output()
        .context("qemu-system-arm")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((output, said))
}
