@echo off
rem The foundry command from a source checkout: builds what is missing or out of date, then runs it.
rem Only the .NET SDK is needed. What the build prints goes to standard error, so answers can be piped.
setlocal
set "root=%~dp0"
set "program=%root%artifacts\bin\Ingot.Cli\release\foundry.dll"
set "stamp=%root%artifacts\foundry.built"

where dotnet >nul 2>nul || (
    echo foundry: the .NET SDK ^(version 10 or later^) is needed; 'dotnet' was not found on the PATH 1>&2
    exit /b 1
)

powershell -NoProfile -Command "$s = Get-Item -ErrorAction SilentlyContinue '%stamp%'; if (-not $s -or -not (Test-Path '%program%')) { exit 1 }; $newer = Get-ChildItem -Recurse -File '%root%src', '%root%models', '%root%Directory.Build.props', '%root%Directory.Packages.props', '%root%global.json' | Where-Object LastWriteTime -gt $s.LastWriteTime | Select-Object -First 1; if ($newer) { exit 1 }"
if errorlevel 1 (
    echo foundry: building Ingot ^(only when its sources change; about a minute the first time^) 1>&2
    if not exist "%root%artifacts" mkdir "%root%artifacts"
    type nul > "%stamp%.new"
    dotnet build "%root%src\Ingot.Cli" -c Release -v quiet --nologo > "%root%artifacts\foundry.log" 2>&1 || (
        type "%root%artifacts\foundry.log" 1>&2
        echo foundry: the build failed; its output is above 1>&2
        exit /b 1
    )
    move /y "%stamp%.new" "%stamp%" >nul
)

dotnet "%program%" %*
exit /b %errorlevel%
