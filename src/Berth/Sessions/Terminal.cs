using System.Runtime.InteropServices;
using Berth.Wire;
using Microsoft.Win32.SafeHandles;

namespace Berth.Host;

/// <summary>
/// The terminal that a command was started in, made to hand every key on as it is typed; as it was again once disposed.
/// </summary>
internal sealed partial class Terminal : IDisposable
{
    private const int Input = 0, Output = 1, Now = 0;
    private const int SettingsBytes = 256;     // More than a termios has anywhere.
    private const nuint LinuxWindowSize = 0x5413, MacWindowSize = 0x40087468;

    private readonly byte[] settings;
    private int restored;

    private Terminal(byte[] settings) => this.settings = settings;

    /// <summary>Whether a person sits at both ends.</summary>
    internal static bool IsThere => !OperatingSystem.IsWindows() && IsTerminal(Input) == 1 && IsTerminal(Output) == 1;

    /// <summary>The window's size; null where there is none.</summary>
    internal static TerminalSize? Size
    {
        get
        {
            Span<ushort> size = stackalloc ushort[4];
            return GetWindowSize(Output, OperatingSystem.IsMacOS() ? MacWindowSize : LinuxWindowSize, ref MemoryMarshal.GetReference(size)) == 0
                && new TerminalSize(size[1], size[0]) is { IsPossible: true } told
                ? told
                : null;
        }
    }

    /// <summary>Reads keys. The console's own reader would wait for a line.</summary>
    internal static FileStream OpenInput() => new(new SafeFileHandle(Input, ownsHandle: false), FileAccess.Read, bufferSize: 0, isAsync: false);

    /// <summary>Switches off echo, lines and the keys that send signals.</summary>
    /// <exception cref="CommandException">It cannot be switched.</exception>
    internal static Terminal MakeRaw()
    {
        var before = new byte[SettingsBytes];
        if (GetSettings(Input, before) != 0)
        {
            throw new CommandException("The terminal's settings cannot be read.");
        }

        var raw = before.ToArray();
        MakeRaw(raw);
        return SetSettings(Input, Now, raw) == 0 ? new(before) : throw new CommandException("The terminal's settings cannot be changed.");
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref restored, 1) == 0)
        {
            _ = SetSettings(Input, Now, settings);     // Where it fails there is no terminal any more.
        }
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetSettings(int descriptor, [Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetSettings(int descriptor, int when, byte[] settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw([In, Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int GetWindowSize(int descriptor, nuint request, ref ushort size);
}
