using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Berth.Registry;

/// <summary>Names content by its SHA-256: <c>sha256:</c> and 64 lowercase hexadecimal digits.</summary>
/// <remarks>Other algorithms are refused rather than half supported.</remarks>
internal sealed partial record Digest
{
    private Digest(string value) => Value = value;

    public string Value { get; }

    public ReadOnlySpan<char> Hex => Value.AsSpan(7);

    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return OfHash(hash);
    }

    public static Digest OfHash(ReadOnlySpan<byte> sha256) => new("sha256:" + Convert.ToHexStringLower(sha256));

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = text is not null && Pattern.IsMatch(text) ? new(text) : null;
        return digest is not null;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex Pattern { get; }
}
