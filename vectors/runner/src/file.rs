//! A file of known answers: checked once as a whole, so that its cases can be taken as they are.

use std::fmt::{self, Write as _};

use serde_json::Value;

use crate::Failure;

/// The schemas, and whether their groups name an algorithm. The others are named after the schema.
const SCHEMAS: [(&str, Option<&str>); 11] = [
    ("cipher_v1", None),
    ("aead_v1", None),
    ("digest_v1", None),
    ("mac_v1", None),
    ("agreement_v1", None),
    ("kdf_v1", None),
    ("padding_v1", None),
    ("noise_handshake_v1", Some("noise")),
    ("classic_packet_v1", Some("classic-1997 packets")),
    ("classic_exchange_v1", Some("classic-1997 exchange")),
    ("transcript_v1", Some("transcripts")),
];

/// A file that is not in the schema, and why.
#[derive(Debug)]
pub struct NotVectors {
    path: String,
    reason: String,
}

impl fmt::Display for NotVectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: no known answers: {}", self.path, self.reason)
    }
}

impl std::error::Error for NotVectors {}

/// A file in the schema.
#[derive(Debug)]
pub struct File {
    path: String,
    schema: &'static str,
    title: Option<&'static str>,
    value: Value,
}

impl File {
    /// Read the text of a file. `path` is for messages.
    ///
    /// # Errors
    /// [`NotVectors`] if it is no JSON, of an unknown schema, without a source, with `tcId` that do
    /// not count from 1 to `numberOfTests`, or with a result that is none of [`Verdict`]'s.
    pub fn parse(path: &str, text: &str) -> Result<Self, NotVectors> {
        let not_vectors = |reason: String| NotVectors {
            path: path.to_owned(),
            reason,
        };
        let value: Value =
            serde_json::from_str(text).map_err(|error| not_vectors(error.to_string()))?;
        let name = value["schema"].as_str().unwrap_or_default();
        let known = SCHEMAS.iter().find(|(schema, _)| *schema == name);
        let (schema, title) =
            *known.ok_or_else(|| not_vectors(format!("its schema is {}", value["schema"])))?;
        let file = Self {
            path: path.to_owned(),
            schema,
            title,
            value,
        };
        file.lint().map_err(not_vectors)?;
        Ok(file)
    }

    /// What it is called in messages.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// All cases, in order.
    pub fn cases(&self) -> impl Iterator<Item = Case<'_>> {
        let groups = self.value["testGroups"].as_array().into_iter().flatten();
        groups.flat_map(move |group| {
            let tests = group["tests"].as_array().into_iter().flatten();
            tests.map(move |test| Case {
                file: self,
                group,
                test,
                verdict: Verdict::of(test).unwrap_or(Verdict::Invalid),
            })
        })
    }

    fn lint(&self) -> Result<(), String> {
        for field in ["name", "specification", "verifiedBy"] {
            if self.value["source"][field]
                .as_str()
                .is_none_or(str::is_empty)
            {
                return Err(format!("its source has no {field}"));
            }
        }
        let mut count = 0_u64;
        for case in self.cases() {
            count += 1;
            if case.test["tcId"] != count {
                return Err(format!("tcId {} where {count} is due", case.test["tcId"]));
            }
            if self.title.is_none() && case.group["algorithm"].as_str().is_none() {
                return Err(format!("the group of tcId {count} names no algorithm"));
            }
            if Verdict::of(case.test).is_none() {
                let result = &case.test["result"];
                return Err(format!("tcId {count} has the result {result}"));
            }
        }
        if self.value["numberOfTests"] != count {
            let stated = &self.value["numberOfTests"];
            return Err(format!("numberOfTests is {stated}, there are {count}"));
        }
        if count == 0 {
            return Err("it has no tests".to_owned());
        }
        Ok(())
    }
}

/// What is to be made of a case: its `result`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The known answer is to be given.
    Valid,
    /// The input is to be refused.
    Invalid,
    /// One of the two.
    Acceptable,
}

impl Verdict {
    fn of(test: &Value) -> Option<Self> {
        match test["result"].as_str()? {
            "valid" => Some(Self::Valid),
            "invalid" => Some(Self::Invalid),
            "acceptable" => Some(Self::Acceptable),
            _ => None,
        }
    }
}

/// One known answer.
#[derive(Clone, Copy, Debug)]
pub struct Case<'f> {
    file: &'f File,
    group: &'f Value,
    test: &'f Value,
    verdict: Verdict,
}

impl<'f> Case<'f> {
    /// The file that it is in.
    pub fn path(&self) -> &'f str {
        &self.file.path
    }

    /// The schema of that file.
    pub fn schema(&self) -> &'static str {
        self.file.schema
    }

    /// Its number in the file.
    pub fn tc_id(&self) -> u64 {
        self.test["tcId"].as_u64().unwrap_or_default()
    }

    /// The algorithm, or what stands for one: a format.
    pub fn algorithm(&self) -> &'f str {
        let named = self.group["algorithm"].as_str();
        named.or(self.file.title).unwrap_or_default()
    }

    /// Whether the known answer is to be given, not a refusal.
    pub fn is_valid(&self) -> bool {
        self.verdict == Verdict::Valid
    }

    /// How to read it: as it stands, and an acceptable one as valid or as invalid.
    pub fn readings(self) -> impl Iterator<Item = Self> {
        let verdicts: &[Verdict] = match self.verdict {
            Verdict::Valid => &[Verdict::Valid],
            Verdict::Invalid => &[Verdict::Invalid],
            Verdict::Acceptable => &[Verdict::Valid, Verdict::Invalid],
        };
        verdicts.iter().map(move |verdict| Self {
            verdict: *verdict,
            ..self
        })
    }

    /// The test as it stands in the file.
    pub fn test(&self) -> &'f Value {
        self.test
    }

    /// The group that it is in.
    pub fn group(&self) -> &'f Value {
        self.group
    }

    /// The bytes of a field in hexadecimal.
    ///
    /// # Errors
    /// If it is missing, or no hexadecimal.
    pub fn bytes(&self, field: &str) -> Result<Vec<u8>, Failure> {
        hex(&self.test[field]).map_err(|reason| format!("{field}: {reason}"))
    }

    /// A number of the test, or else of its group.
    ///
    /// # Errors
    /// If there is none.
    pub fn number(&self, field: &str) -> Result<usize, Failure> {
        self.optional_number(field)?
            .ok_or_else(|| format!("no {field}"))
    }

    /// The same, of a field that may be missing.
    ///
    /// # Errors
    /// If it is there and no number.
    pub fn optional_number(&self, field: &str) -> Result<Option<usize>, Failure> {
        let Some(value) = self.test.get(field).or(self.group.get(field)) else {
            return Ok(None);
        };
        let number = value.as_u64().and_then(|number| number.try_into().ok());
        number
            .map(Some)
            .ok_or_else(|| format!("{field} is {value}"))
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(value: &Value) -> Result<Vec<u8>, Failure> {
    let text = value
        .as_str()
        .ok_or_else(|| format!("{value} is no text"))?;
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| match *pair {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    });
    bytes
        .collect::<Option<_>>()
        .ok_or_else(|| format!("{value} is no hexadecimal"))
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // A string takes whatever is written.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> String {
        File::parse("x.json", text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_in_no_schema_is_refused() {
        let file = |schema: &str, count: u64, tests: &str| {
            format!(
                r#"{{"schema": "{schema}", "source": {{"name": "n", "specification": "s",
                "verifiedBy": "v"}}, "numberOfTests": {count}, "testGroups":
                [{{"algorithm": "md5", "tests": [{tests}]}}]}}"#
            )
        };
        let test = r#"{"tcId": 1, "result": "valid"}"#;
        assert!(File::parse("x.json", &file("digest_v1", 1, test)).is_ok());
        assert!(reason("{").starts_with("x.json: no known answers: EOF"));
        assert!(reason("{}").ends_with("its schema is null"));
        assert!(reason(&file("digest_v9", 1, test)).ends_with(r#"its schema is "digest_v9""#));
        assert!(reason(&file("digest_v1", 2, test)).ends_with("numberOfTests is 2, there are 1"));
        assert!(reason(&file("digest_v1", 0, "")).ends_with("it has no tests"));
        let twice = format!("{test}, {test}");
        assert!(reason(&file("digest_v1", 2, &twice)).ends_with("tcId 1 where 2 is due"));
        let acceptable = r#"{"tcId": 1, "result": "acceptable"}"#;
        assert!(File::parse("x.json", &file("digest_v1", 1, acceptable)).is_ok());
        let maybe = r#"{"tcId": 1, "result": "maybe"}"#;
        assert!(reason(&file("digest_v1", 1, maybe)).ends_with(r#"has the result "maybe""#));
        let no_source = r#"{"schema": "digest_v1", "numberOfTests": 0, "testGroups": []}"#;
        assert!(reason(no_source).ends_with("its source has no name"));
    }

    #[test]
    fn hexadecimal_is_pairs_of_digits() {
        assert_eq!(hex(&"00ff".into()), Ok(vec![0, 255]));
        for bad in ["0", "0g", "+1", "é"] {
            assert!(hex(&bad.into()).is_err(), "{bad}");
        }
    }
}
