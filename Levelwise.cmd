@echo off
rem Double-click (Windows): set Levelwise up the first time, then open its window.
setlocal
cd /d "%~dp0"

if exist .venv\ready fc /b .venv\ready pyproject.toml >nul 2>&1 && goto start

rem Not every package that Levelwise needs comes for Python on ARM.
set "suits=import sys, sysconfig; sys.exit(sys.version_info < (3, 11) or 'arm' in sysconfig.get_platform())"
set "python="
for %%v in (3.15 3.14 3.13 3.12 3.11) do if not defined python (
    py -%%v -c "%suits%" >nul 2>&1 && set "python=py -%%v"
)
if not defined python (
    python -c "%suits%" >nul 2>&1 && set "python=python"
)
if not defined python (
    echo Levelwise needs Python 3.11 or newer, on Windows on ARM the x64 one. Install it from
    echo https://www.python.org/downloads/windows/ and double-click Levelwise.cmd again.
    goto failed
)
echo Setting up Levelwise; the next time this is quick.
%python% -m venv .venv || goto failed
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check --editable . || goto failed
copy /y pyproject.toml .venv\ready >nul

:start
start "" .venv\Scripts\levelwise-window.exe %*
exit /b

:failed
echo.
pause
exit /b 1
