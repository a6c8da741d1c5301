//! Another implementation, held against a case: a program that reads requests and writes answers,
//! one JSON object a line. `vectors/README.md` has the protocol.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Map, Value};

use crate::{Case, Failure};

/// A program that is running.
pub struct Program {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What a program makes of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// It gives the known answer, or refuses what is to be refused.
    Agrees,
    /// It does something else.
    Disagrees(Failure),
    /// It does not have this algorithm, or this kind of input; or no request asks for it.
    Unable,
}

/// What a request asks for, and what must come back.
struct Request {
    operation: &'static str,
    inputs: &'static [&'static str],
    output: &'static str,
    also: Option<&'static str>,
}

const fn request(
    operation: &'static str,
    inputs: &'static [&'static str],
    output: &'static str,
) -> Request {
    Request {
        operation,
        inputs,
        output,
        also: None,
    }
}

const ENCRYPT: Request = request("encrypt", &["key", "iv", "offset", "msg"], "ct");
const DECRYPT: Request = request("decrypt", &["key", "iv", "offset", "ct"], "msg");
const SEAL: Request = Request {
    also: Some("tag"),
    ..request("seal", &["key", "iv", "aad", "msg"], "ct")
};
const OPEN: Request = request("open", &["key", "iv", "aad", "ct", "tag"], "msg");
const DIGEST: Request = request("digest", &["msg"], "digest");
const MAC: Request = request("mac", &["key", "msg", "tagLen"], "tag");
const AGREE: Request = request("agree", &["secret", "public"], "shared");
const DERIVE: Request = request("derive", &["salt", "secret", "info", "outLen"], "out");
const PAD: Request = request("pad", &["msg", "blockLen"], "padded");
const UNPAD: Request = request("unpad", &["padded", "blockLen", "count"], "msg");

/// The requests for a valid case, and the one for an invalid one.
fn requests(case: &Case) -> &'static [Request] {
    match (case.schema(), case.is_valid()) {
        ("cipher_v1", true) => &[ENCRYPT, DECRYPT],
        ("cipher_v1", false) => &[ENCRYPT],
        ("aead_v1", true) => &[SEAL, OPEN],
        ("aead_v1", false) => &[OPEN],
        ("digest_v1", _) => &[DIGEST],
        ("mac_v1", _) => &[MAC],
        ("agreement_v1", _) => &[AGREE],
        ("kdf_v1", _) => &[DERIVE],
        ("padding_v1", true) => &[PAD, UNPAD],
        ("padding_v1", false) => &[UNPAD],
        _ => &[],
    }
}

impl Program {
    /// Start `command`. Its standard error is ours.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(command: &mut Command) -> Result<Self, Failure> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {name}: {error}"))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (requests, answers) = pipes.ok_or_else(|| format!("{name} has no pipes"))?;
        Ok(Self {
            child,
            requests,
            answers: BufReader::new(answers),
        })
    }

    /// What it makes of `case`.
    ///
    /// # Errors
    /// If it does not speak the protocol, or has ended.
    pub fn opinion(&mut self, case: &Case) -> Result<Opinion, Failure> {
        let mut failure = None;
        for reading in case.readings() {
            match self.opinion_of_reading(&reading)? {
                Opinion::Disagrees(why) => failure = failure.or(Some(why)),
                opinion => return Ok(opinion),
            }
        }
        Ok(failure.map_or(Opinion::Unable, Opinion::Disagrees))
    }

    fn opinion_of_reading(&mut self, case: &Case) -> Result<Opinion, Failure> {
        let requests = requests(case);
        let mut opinion = Opinion::Unable;
        for request in requests {
            let answer = self.ask(&request.of(case))?;
            opinion = request.judge(case, &answer)?;
            if opinion != Opinion::Agrees {
                break;
            }
        }
        Ok(opinion)
    }

    fn ask(&mut self, request: &Value) -> Result<Value, Failure> {
        let ended = |error: std::io::Error| format!("the program has ended: {error}");
        writeln!(self.requests, "{request}").map_err(ended)?;
        let mut line = String::new();
        if self.answers.read_line(&mut line).map_err(ended)? == 0 {
            return Err("the program has ended before its time".to_owned());
        }
        let answer: Value = serde_json::from_str(&line)
            .map_err(|error| format!("the program's answer is no JSON: {error}"))?;
        if answer.is_object() {
            Ok(answer)
        } else {
            Err(format!("the program's answer is no object: {answer}"))
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be waiting for a request: there will be none.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Request {
    fn of(&self, case: &Case) -> Value {
        let mut request = Map::new();
        request.insert("operation".into(), self.operation.into());
        request.insert("algorithm".into(), case.algorithm().into());
        for input in self.inputs {
            if let Some(value) = case.test().get(input).or(case.group().get(input)) {
                request.insert((*input).into(), value.clone());
            }
        }
        request.into()
    }

    fn judge(&self, case: &Case, answer: &Value) -> Result<Opinion, Failure> {
        if answer["unsupported"] == true {
            return Ok(Opinion::Unable);
        }
        let refused = answer["refused"] == true;
        let outputs = [Some(self.output), self.also];
        let mut outputs = outputs.into_iter().flatten();
        if !refused && !outputs.clone().all(|output| answer[output].is_string()) {
            return Err(format!(
                "the program's answer has no {}: {answer}",
                self.output
            ));
        }
        let agrees = outputs.all(|output| answer[output] == case.test()[output]);
        Ok(match (case.is_valid(), refused) {
            (true, true) => Opinion::Disagrees(format!("{} refused", self.operation)),
            (true, false) if agrees => Opinion::Agrees,
            (true, false) => Opinion::Disagrees(format!("{}: {answer}", self.operation)),
            (false, true) => Opinion::Agrees,
            // A MAC always makes a tag, which must be another one.
            (false, false) if self.operation == "mac" && !agrees => Opinion::Agrees,
            (false, false) => Opinion::Disagrees(format!("{} accepted", self.operation)),
        })
    }
}
