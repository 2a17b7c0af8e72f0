using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Berth.Api;

/// <summary>Tells whether a call that repeats a client token has the arguments of the call that brought it.</summary>
internal static class CallFingerprint
{
    /// <summary>64 hex digits, the same for the same arguments. The token itself must not be among them.</summary>
    public static string Of<T>(T arguments, JsonTypeInfo<T> json) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(arguments, json)));
}
