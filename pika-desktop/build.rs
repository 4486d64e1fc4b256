//! Gives the Windows program its icon and its properties; nothing on other systems.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("windows") {
        return Ok(());
    }
    println!("cargo::rerun-if-changed=../installer/icons/pika.ico");
    winresource::WindowsResource::new()
        .set_icon("../installer/icons/pika.ico")
        .set("ProductName", "Pika!")
        .set("FileDescription", "Pika!")
        .set("LegalCopyright", "Apache-2.0")
        .compile()
}
