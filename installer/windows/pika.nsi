; The Windows installer: for one user, asking for no administrator.
;
;   makensis -DVERSION=0.1.0 -DSTAGE=folder -DOUT=pika-0.1.0-x64-setup.exe installer/windows/pika.nsi
;
; STAGE holds pika-desktop.exe, pika-analyze.exe, LICENSE.txt and install.txt (installer/windows/stage fills it).
; -DSTUB64 makes a 64-bit installer, which a Wine without 32-bit support can run. Debian's nsis has the
; 64-bit stubs; NSIS for Windows does not, so leave it off there.
;
; Silent: setup.exe /S [/D=C:\folder]; uninstall.exe /S keeps the library, /S /DELETELIBRARY deletes it.
!ifdef STUB64
  Target amd64-unicode
!else
  Unicode true
!endif
!ifndef VERSION
  !error "give -DVERSION=x.y.z"
!endif
!ifndef STAGE
  !error "give -DSTAGE=folder with the files to install"
!endif
!ifndef OUT
  !define OUT "pika-${VERSION}-x64-setup.exe"
!endif
; Numbers only, for the properties of the file.
!ifndef NUMBERS
  !define NUMBERS "${VERSION}.0"
!endif
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"

Name "Pika!"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Pika"
InstallDirRegKey HKCU "Software\Pika" "InstallDir"
RequestExecutionLevel user
SetCompressor /SOLID lzma
BrandingText "Pika! ${VERSION}"
ManifestDPIAware true

VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "Pika!"
VIAddVersionKey "FileDescription" "Pika! installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Apache-2.0"

; makensis works in the folder of this file.
!define ICON "../icons/pika.ico"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEPAGE_TITLE "Pika! ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "This puts Pika! on this computer, for you alone. Your music and the libraries of your DJ programs are only ever read.$\r$\n$\r$\nA library from an earlier version stays as it is."
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\pika-desktop.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Start Pika!"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!define UNINST "Software\Microsoft\Windows\CurrentVersion\Uninstall\Pika"
; Where the program keeps library, settings and logs (pika-desktop, paths.rs).
!define LIBRARY "$LOCALAPPDATA\Pika"

; A program that runs cannot be replaced or deleted. $R0 becomes 0 when the person gives up.
!macro WaitUntilClosed PROGRAM
  StrCpy $R0 1
  ${Do}
    ${IfNot} ${FileExists} "${PROGRAM}"
      ${ExitDo}
    ${EndIf}
    ClearErrors
    FileOpen $R1 "${PROGRAM}" a
    ${IfNot} ${Errors}
      FileClose $R1
      ${ExitDo}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "Pika! is running. Please close it, then try again." /SD IDCANCEL IDRETRY +2
    StrCpy $R0 0
    ${If} $R0 = 0
      ${ExitDo}
    ${EndIf}
  ${Loop}
!macroend

Section "Pika!"
  !insertmacro WaitUntilClosed "$INSTDIR\pika-desktop.exe"
  ${If} $R0 = 0
    SetErrorLevel 2
    Abort "Pika! is running: nothing was changed."
  ${EndIf}
  SetOutPath "$INSTDIR"
  File "${STAGE}/pika-desktop.exe"
  File "${STAGE}/pika-analyze.exe"
  File "${STAGE}/LICENSE.txt"
  File "${STAGE}/install.txt"
  File "/oname=pika.ico" "${ICON}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Pika!.lnk" "$INSTDIR\pika-desktop.exe" "" "$INSTDIR\pika.ico"
  WriteRegStr HKCU "Software\Pika" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINST}" "DisplayName" "Pika!"
  WriteRegStr HKCU "${UNINST}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINST}" "Publisher" "The Pika! project"
  WriteRegStr HKCU "${UNINST}" "DisplayIcon" "$INSTDIR\pika.ico"
  WriteRegStr HKCU "${UNINST}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINST}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINST}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINST}" "EstimatedSize" "$0"
  WriteRegDWORD HKCU "${UNINST}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINST}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  !insertmacro WaitUntilClosed "$INSTDIR\pika-desktop.exe"
  ${If} $R0 = 0
    SetErrorLevel 2
    Abort "Pika! is running: nothing was removed."
  ${EndIf}
  ; By name, never the whole folder: someone may have chosen one that holds more.
  Delete "$INSTDIR\pika-desktop.exe"
  Delete "$INSTDIR\pika-analyze.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\install.txt"
  Delete "$INSTDIR\pika.ico"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Pika!.lnk"
  DeleteRegKey HKCU "${UNINST}"
  DeleteRegKey HKCU "Software\Pika"

  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DELETELIBRARY" $1
  ${IfNot} ${Errors}
    RMDir /r "${LIBRARY}"
  ${ElseIf} ${FileExists} "${LIBRARY}\library.db"
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "Delete your Pika! library, too?$\r$\n$\r$\nIt holds the analysis of your songs, your corrections and your history. Your music is not touched.$\r$\n$\r$\nChoose No to find everything as it was when you install Pika! again." /SD IDNO IDNO keep
    RMDir /r "${LIBRARY}"
    keep:
  ${EndIf}
SectionEnd
