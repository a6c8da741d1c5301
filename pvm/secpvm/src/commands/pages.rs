//! `secpvm pages`, for the installation: the manual pages secpvm(1), secpvm-lab(1), ... and the shells'
//! completions, made from the parser.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Command};
use clap_complete::Shell;

/// What secpvm(1) says besides the options, in roff.
const MORE: &str = include_str!("pages/secpvm.1.more");

/// Where each shell looks for a completion below a prefix.
const COMPLETIONS: [(Shell, &str); 3] = [
    (Shell::Bash, "share/bash-completion/completions"),
    (Shell::Zsh, "share/zsh/site-functions"),
    (Shell::Fish, "share/fish/vendor_completions.d"),
];

/// Write the manual pages and the shells' completions below a prefix
#[derive(Debug, Args)]
pub struct Options {
    prefix: PathBuf,
}

/// Write all of them, as `parser` has them.
///
/// # Errors
/// A file can't be written.
pub fn run(options: &Options, parser: &Command) -> Result<u8> {
    write(parser, &options.prefix)?;
    Ok(0)
}

fn write(parser: &Command, prefix: &Path) -> Result<()> {
    let manual = made(prefix, "share/man/man1")?;
    let visible = without_hidden(parser);
    clap_mangen::generate_to(visible.clone(), &manual).context("the manual pages")?;
    let first = manual.join("secpvm.1");
    let page = fs::read_to_string(&first)?.replace(".SH EXTRA", ".SH SUITES AND EXAMPLES");
    fs::write(&first, page + MORE)?;
    for (shell, folder) in COMPLETIONS {
        let folder = made(prefix, folder)?;
        clap_complete::generate_to(shell, &mut visible.clone(), "secpvm", folder)
            .context("the completions")?;
    }
    Ok(())
}

fn made(prefix: &Path, folder: &str) -> Result<PathBuf> {
    let folder = prefix.join(folder);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// The parser without the subcommands that only this program itself calls.
fn without_hidden(parser: &Command) -> Command {
    let visible = parser
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    let empty = Command::new("secpvm")
        .version(env!("CARGO_PKG_VERSION"))
        .args(parser.get_arguments().cloned());
    let texts = [
        parser.get_about().cloned(),
        parser.get_after_help().cloned(),
    ];
    let [about, after] = texts.map(Option::unwrap_or_default);
    empty
        .about(about)
        .after_help(after)
        .subcommands(visible.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_in_no_page() {
        let parser = Command::new("secpvm")
            .subcommand(Command::new("shown").about("to see"))
            .subcommand(Command::new("secret-inside").hide(true));
        let prefix = tempfile::tempdir().unwrap();
        write(&parser, prefix.path()).unwrap();
        let page = |file: &str| fs::read_to_string(prefix.path().join("share").join(file)).unwrap();
        for file in [
            "man/man1/secpvm.1",
            "bash-completion/completions/secpvm.bash",
            "zsh/site-functions/_secpvm",
            "fish/vendor_completions.d/secpvm.fish",
        ] {
            let text = page(file);
            assert!(text.contains("shown") && !text.contains("inside"), "{file}");
        }
        assert!(page("man/man1/secpvm.1").contains("ENVIRONMENT"));
        assert!(page("man/man1/secpvm-shown.1").contains("to see"));
    }
}
