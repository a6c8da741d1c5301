//! `cargo xtask sboxes`: the S-boxes of DES as circuits, written to core. The circuits are searched
//! for; the ones found so far come of the seeds below, in seconds.

mod search;
#[path = "../../core/src/cipher/des/tables.rs"]
mod tables;

use std::fmt::Write;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::shell::root;
use search::{Circuit, Gate, Operation, Table, VARIABLES};

const FILE: &str = "core/src/cipher/des/sboxes.rs";

/// How the smallest circuit of each S-box is found again: the seed, and the order in which its
/// outputs are made.
const RECIPES: [(u64, [usize; 4]); 8] = [
    (74, [0, 2, 1, 3]),
    (260, [3, 1, 0, 2]),
    (18, [3, 0, 1, 2]),
    (28, [0, 3, 1, 2]),
    (326, [2, 1, 0, 3]),
    (100, [0, 3, 1, 2]),
    (20, [3, 1, 0, 2]),
    (8, [1, 2, 0, 3]),
];

#[derive(clap::Args)]
pub struct Args {
    /// Look for smaller circuits for so long, and print what brings them
    #[arg(long, value_name = "SECONDS")]
    search: Option<u64>,
}

/// Write the file, or look for better recipes.
///
/// # Errors
/// The file can't be written.
pub fn run(args: &Args) -> Result<()> {
    match args.search {
        Some(seconds) => look_for_smaller(Duration::from_secs(seconds)),
        None => fs::write(root().join(FILE), text()?).context(FILE),
    }
}

/// The file is what this program makes, and every circuit is right for all 64 inputs; returns 2.
///
/// # Errors
/// If not.
pub fn check() -> Result<usize> {
    let committed = fs::read_to_string(root().join(FILE)).context(FILE)?;
    ensure!(
        committed == text()?,
        "{FILE} is not what `cargo xtask sboxes` writes"
    );
    Ok(2)
}

fn look_for_smaller(time: Duration) -> Result<()> {
    let start = Instant::now();
    let mut smallest: Vec<usize> = Vec::new();
    for (index, (seed, order)) in RECIPES.into_iter().enumerate() {
        let found = search::search(&targets(index), order, seed, usize::MAX);
        smallest.push(found.context("a recipe fails")?.gates().len());
    }
    for (seed, order) in (0..).flat_map(|seed| orders().map(move |order| (seed, order))) {
        for (index, smallest) in smallest.iter_mut().enumerate() {
            if let Some(found) = search::search(&targets(index), order, seed, *smallest) {
                *smallest = found.gates().len();
                println!("S{}: {smallest} gates by ({seed}, {order:?})", index + 1);
            }
            if start.elapsed() > time {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// All orders of four outputs.
fn orders() -> impl Iterator<Item = [usize; 4]> {
    (0..256)
        .map(|n| [n >> 6 & 3, n >> 4 & 3, n >> 2 & 3, n & 3])
        .filter(|order| (0..4).all(|output| order.contains(&output)))
}

/// The outputs of an S-box, the highest first, as functions of its input.
fn targets(index: usize) -> [Table; 4] {
    std::array::from_fn(|output| {
        (0..64).fold(0, |table, input| {
            let bit = tables::sbox(index, input) >> (3 - output) & 1;
            table | u64::from(bit) << input
        })
    })
}

fn text() -> Result<String> {
    let mut text = String::from(HEAD);
    for (index, (seed, order)) in RECIPES.into_iter().enumerate() {
        let circuit = search::search(&targets(index), order, seed, usize::MAX);
        let circuit = circuit.context("a recipe fails")?;
        ensure!(
            values(&circuit) == targets(index),
            "the circuit of S{} is wrong",
            index + 1
        );
        function(&mut text, index, &circuit)?;
    }
    choices(&mut text)?;
    Ok(text)
}

const HEAD: &str = "\
//! The S-boxes of DES as circuits, and as words to choose from. Written by `cargo xtask sboxes`,
//! checked by `cargo xtask test`: not to be edited.

use crate::wide::Vector;
";

/// What the outputs are for all 64 inputs, computed from the gates alone.
fn values(circuit: &Circuit) -> [Table; 4] {
    let mut nodes = VARIABLES.to_vec();
    for &Gate { operation, a, b } in circuit.gates() {
        nodes.push(operation.apply(nodes[a], nodes[b]));
    }
    circuit.outputs.map(|node| nodes[node])
}

fn function(text: &mut String, index: usize, circuit: &Circuit) -> Result<()> {
    let (number, gates) = (index + 1, circuit.gates());
    write!(
        text,
        "\n/// S{number} in {} gates: six bits, the first of the standard first, to four.\n\
         #[inline(always)]\n\
         pub(super) fn s{number}<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {{\n",
        gates.len()
    )?;
    let name = |node: usize| format!("x{node}");
    for (gate, node) in gates.iter().zip(6..) {
        let (a, b) = (name(gate.a), name(gate.b));
        let value = match gate.operation {
            Operation::And => format!("{a} & {b}"),
            Operation::Or => format!("{a} | {b}"),
            Operation::Xor => format!("{a} ^ {b}"),
            Operation::AndNot => format!("{a}.and_not({b})"),
            Operation::Not => format!("!{a}"),
        };
        writeln!(text, "    let {} = {value};", name(node))?;
    }
    writeln!(text, "    [{}]\n}}", circuit.outputs.map(name).join(", "))?;
    Ok(())
}

/// For each value of the input's bits 2 to 5, as the standard counts from 1: what all S-boxes give
/// if the first bit is zero, and what changes if it is one; with the last bit zero in the lower 32
/// bits, one in the upper. S1 is in the highest four.
fn choices(text: &mut String) -> Result<()> {
    let word = |input| {
        (0..8).fold(0, |word, index| {
            word << 4 | u64::from(tables::sbox(index, input))
        })
    };
    let pair = |input| word(input) | word(input + 1) << 32;
    text.push_str(
        "\n/// What all S-boxes give, S1 in the highest four bits, for an input whose first bit is zero and\n\
         /// whose next four count here; and what changes if the first is one. The last bit is zero in the\n\
         /// lower 32 bits, and one in the upper.\n\
         pub(super) const CHOICES: [[(u64, u64); 4]; 4] = [\n",
    );
    for inner in 0..16 {
        let (zero, one) = (pair(inner << 1), pair(1 << 5 | inner << 1));
        let (before, after) = match inner % 4 {
            0 => ("    [\n", ""),
            3 => ("", "    ],\n"),
            _ => ("", ""),
        };
        let row = format!("({}, {}),", hex(zero), hex(zero ^ one));
        write!(text, "{before}        {row}\n{after}")?;
    }
    text.push_str("];\n");
    Ok(())
}

fn hex(word: u64) -> String {
    let digits = format!("{word:016x}");
    let groups: Vec<&str> = (0..16).step_by(4).map(|at| &digits[at..at + 4]).collect();
    format!("0x{}", groups.join("_"))
}
