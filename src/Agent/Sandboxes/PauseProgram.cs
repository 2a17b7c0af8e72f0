using System.Buffers.Binary;

namespace Berth.Agent;

/// <summary>
/// The program of a sandbox: it sleeps until it is killed. A whole Linux executable is made here, header and a few
/// instructions, so that nothing has to be installed or pulled before the first task.
/// </summary>
internal static class PauseProgram
{
    private const int HeaderLength = 64;
    private const int SegmentLength = 56;
    private const int CodeOffset = HeaderLength + SegmentLength;
    private const ulong LoadAddress = 0x400000;

    /// <summary>The largest page any supported kernel uses, which segments have to be aligned to.</summary>
    private const ulong Alignment = 0x10000;

    /// <param name="architecture">Docker's name: <c>amd64</c> or <c>arm64</c>.</param>
    /// <returns>The ELF file; null for an architecture without one.</returns>
    public static byte[]? For(string architecture) => architecture switch
    {
        "amd64" or "x86_64" => Executable(machine: 62,
        [
            0xb8, 0x22, 0x00, 0x00, 0x00, // mov eax, 34       (pause)
            0x0f, 0x05,                   // syscall
            0xeb, 0xf7,                   // jmp to the start
        ]),
        "arm64" or "aarch64" => Executable(machine: 183,
        [
            0x00, 0x00, 0x80, 0xd2, // mov x0, 0           (no descriptors,
            0x01, 0x00, 0x80, 0xd2, // mov x1, 0
            0x02, 0x00, 0x80, 0xd2, // mov x2, 0            no time limit,
            0x03, 0x00, 0x80, 0xd2, // mov x3, 0            no signal mask)
            0x04, 0x00, 0x80, 0xd2, // mov x4, 0
            0x28, 0x09, 0x80, 0xd2, // mov x8, 73          (ppoll)
            0x01, 0x00, 0x00, 0xd4, // svc 0
            0xf9, 0xff, 0xff, 0x17, // b to the start
        ]),
        _ => null,
    };

    /// <summary>An ELF file of one segment, which is the file itself, entered behind its headers.</summary>
    private static byte[] Executable(ushort machine, ReadOnlySpan<byte> code)
    {
        var file = new byte[CodeOffset + code.Length];
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2 /* 64 bits */, 1 /* little endian */, 1 /* version */];
        identity.CopyTo(file);
        UInt16(16, 2); // Executable, at a fixed address.
        UInt16(18, machine);
        UInt32(20, 1); // Version.
        UInt64(24, LoadAddress + CodeOffset); // Entry.
        UInt64(32, HeaderLength); // Where the segment is described.
        UInt16(52, HeaderLength);
        UInt16(54, SegmentLength);
        UInt16(56, 1); // Segments.
        UInt16(58, HeaderLength); // The size of a section's description, of which there are none.

        UInt32(HeaderLength, 1); // To be loaded.
        UInt32(HeaderLength + 4, 5); // Readable and executable.
        UInt64(HeaderLength + 16, LoadAddress);
        UInt64(HeaderLength + 24, LoadAddress);
        UInt64(HeaderLength + 32, (ulong)file.Length);
        UInt64(HeaderLength + 40, (ulong)file.Length);
        UInt64(HeaderLength + 48, Alignment);
        code.CopyTo(file.AsSpan(CodeOffset));
        return file;

        void UInt16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);

        void UInt32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);

        void UInt64(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
    }
}
