//! `secpvm-wasm-bindgen MODULE.wasm FOLDER`: writes `raw.js`, `raw.d.ts` and `raw_bg.wasm` there.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        eprintln!("usage: secpvm-wasm-bindgen MODULE.wasm FOLDER");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    let made = bindgen
        .input_path(module)
        .out_name("raw")
        .typescript(true)
        // Which file to load is the package's own affair: see ts/full/init.ts.
        .omit_default_module_path(true)
        // The function names take as much room as the code; a trap would be a defect anyway.
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder));
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("secpvm-wasm-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
