//! What the build leaves out of scripts and style sheets, and what it must not touch.

// The build script's own modules: nothing else of this package is needed.
#[path = "../build/script.rs"]
mod script;
#[path = "../build/style.rs"]
mod style;
#[path = "../build/tokens.rs"]
mod tokens;

use std::collections::BTreeMap;

fn bundled(files: &[(&str, &str)]) -> Result<String, String> {
    let files: BTreeMap<String, String> = files
        .iter()
        .map(|(n, s)| ((*n).to_owned(), (*s).to_owned()))
        .collect();
    script::bundle(&files, "js/main.js")
}

#[test]
fn comments_and_space_go_and_the_script_stays() {
    let squeezed = |source: &str| script::squeezed(source).expect("it can be read");
    assert_eq!(
        squeezed("// first\nconst a = /** @type {X} */ (b);\n\n"),
        "const a=(b);"
    );
    assert_eq!(
        squeezed("if (a) {\n  return b;\n} else return + +c - -d;\n"),
        "if(a){return b}else return+ +c- -d;"
    );
    assert_eq!(
        squeezed("f({\n  a,\n  b: \"x  // y\",\n});"),
        "f({a,b:\"x  // y\"});"
    );
    assert_eq!(
        squeezed("const r = /[/]\"  \\//g, s = a / b / c;"),
        "const r=/[/]\"  \\//g,s=a/b/c;"
    );
    assert_eq!(
        squeezed("const t = `a  ${ b + `}${ c }` } // d`;"),
        "const t=`a  ${b+`}${c}`} // d`;"
    );
}

#[test]
fn a_line_end_that_stands_for_a_semicolon_stays() {
    assert_eq!(script::squeezed("a = b\nc = d").as_deref(), Ok("a=b\nc=d"));
    assert_eq!(
        script::squeezed("const f = () => {\n}\n[1].map(f)").as_deref(),
        Ok("const f=()=>{}\n[1].map(f)")
    );
}

#[test]
fn properties_keep_their_names_and_variables_get_short_ones() {
    let script = bundled(&[(
        "js/main.js",
        "function show(element, { pin = 1, when: moment }) { element.pin = pin; return { pin, moment, show() {} }; }\ndocument.show = show;",
    )])
    .expect("it can be read");
    for part in [
        ".pin=",
        "{pin:",
        "when:",
        "return{pin:",
        "moment:",
        "show(){}",
        "document.show=",
    ] {
        assert!(script.contains(part), "{part}: {script}");
    }
    assert!(!script.contains("element"), "{script}");
}

#[test]
fn modules_share_one_scope_without_meeting() {
    let script = bundled(&[
        ("js/main.js", "import { row as line } from \"./list.js\";\nimport * as box from \"./box.js\";\nfunction row() { return 1; }\nwindow.answer = [row(), line(), box.row(), box.row.name];"),
        ("js/list.js", "export function row() { return 2; }"),
        ("js/box.js", "import { row as other } from \"./list.js\";\nexport const row = () => 3 + other();"),
    ])
    .expect("it can be read");
    let functions: Vec<&str> = script
        .split("function ")
        .skip(1)
        .filter_map(|rest| rest.split('(').next())
        .collect();
    assert_eq!(functions.len(), 2);
    assert_ne!(functions[0], functions[1]);
    assert!(
        script.find("return 2").expect("list.js") < script.find("return 1").expect("main.js"),
        "what is needed comes first"
    );
    assert!(
        !script.contains("import") && !script.contains("export"),
        "{script}"
    );
}

#[test]
fn what_cannot_be_known_stops_the_build() {
    assert!(bundled(&[("js/main.js", "lunch();")]).is_err_and(|why| why.contains("lunch")));
    assert!(
        bundled(&[("js/main.js", "import { a } from \"./gone.js\";\na();")])
            .is_err_and(|why| why.contains("gone.js"))
    );
    assert!(
        bundled(&[
            ("js/main.js", "import * as a from \"./a.js\";\nwindow.a = a;"),
            ("js/a.js", "")
        ])
        .is_err()
    );
    assert!(script::squeezed("const a = `open").is_err());
    assert!(script::squeezed("const a = \"open\n\";").is_err());
}

#[test]
fn style_sheets_lose_space_only_where_it_says_nothing() {
    let squeezed = style::squeezed(
        "/* a\n b */\n.a > .b, .c :hover { color: red; margin: 0 auto; }\n.d::before { content: \"a ; b\"; width: calc(1px + 2px); }\n@media (min-width: 9px) { .e { top: 0; } }\n",
    );
    assert_eq!(
        squeezed,
        ".a>.b,.c :hover{color:red;margin:0 auto}.d::before{content:\"a ; b\";width:calc(1px + 2px)}@media (min-width:9px){.e{top:0}}"
    );
}
