# Signs files when there is a certificate: installer/windows/sign.ps1 FILE, FILE…
# WINDOWS_CERTIFICATE (a .pfx file, base64) and WINDOWS_CERTIFICATE_PASSWORD; without them it says so and ends well.
param([Parameter(Mandatory = $true)][string[]]$Files)
$ErrorActionPreference = 'Stop'

if (-not $env:WINDOWS_CERTIFICATE) {
    Write-Output '::notice::Windows: no certificate, nothing is signed; SmartScreen will ask people on the first start'
    exit 0
}
$pfx = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
try {
    [IO.File]::WriteAllBytes($pfx, [Convert]::FromBase64String($env:WINDOWS_CERTIFICATE))
    $signtool = Get-ChildItem 'C:\Program Files (x86)\Windows Kits\10\bin\*\x64\signtool.exe' |
        Sort-Object FullName -Descending | Select-Object -First 1
    & $signtool.FullName sign /fd SHA256 /td SHA256 /tr http://timestamp.digicert.com /f $pfx /p $env:WINDOWS_CERTIFICATE_PASSWORD $Files
    if ($LASTEXITCODE -ne 0) { throw "signtool ended with $LASTEXITCODE" }
    & $signtool.FullName verify /pa $Files
    if ($LASTEXITCODE -ne 0) { throw "the signature does not hold" }
}
finally {
    Remove-Item -Force -ErrorAction SilentlyContinue $pfx
}
