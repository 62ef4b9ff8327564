@echo off
rem Double-click (Windows): set Levelwise up the first time, then open its window.
setlocal
cd /d "%~dp0"

if not exist .venv\ready goto setup
fc /b .venv\ready pyproject.toml >nul
if not errorlevel 1 goto start

:setup
set "python="
for %%v in (3.15 3.14 3.13 3.12 3.11) do if not defined python call :try py -%%v
if not defined python call :try python
if not defined python goto missing

echo Setting up Levelwise; the next time this is quick.
%python% -m venv .venv
if errorlevel 1 goto failed
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check --editable .
if errorlevel 1 goto failed
copy /y pyproject.toml .venv\ready >nul

:start
start "" .venv\Scripts\levelwise-window.exe %*
exit /b

:try
rem Not every package that Levelwise needs comes for Python on ARM.
%* -c "import sys, sysconfig; sys.exit(sys.version_info < (3, 11) or 'arm' in sysconfig.get_platform())" >nul 2>&1
if not errorlevel 1 set "python=%*"
exit /b

:missing
echo Levelwise needs Python 3.11 or newer, on Windows on ARM the x64 one. Install it from
echo https://www.python.org/downloads/windows/ and double-click Levelwise.cmd again.
:failed
echo.
pause
exit /b 1
