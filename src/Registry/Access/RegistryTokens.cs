using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Berth.Engine;

namespace Berth.Registry;

/// <summary>
/// Passwords for <c>docker login</c> and signatures of download addresses. Both carry what they stand for and are
/// verified with nothing but the registry's own secret, <c>token.key</c> (32 bytes, mode 0600, made at first start).
/// </summary>
/// <remarks>
/// A token is base64 of a text and its HMAC-SHA256; the text's lines are: version, access key id, account, region,
/// principal, expiry in seconds since the epoch. It holds no colon, as the AWS CLI splits at each of them.
/// </remarks>
internal sealed class RegistryTokens
{
    private const string Version = "berth-registry-1";
    private const int SecretBytes = 32;
    private readonly byte[] secret;

    public RegistryTokens(RegistryOptions options) => secret = ReadOrCreate(Path.Combine(options.Root, "token.key"));

    /// <summary>A token for the caller.</summary>
    public string Issue(RegistryCaller caller, DateTimeOffset expiresAt)
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', Version, caller.AccessKeyId, caller.Account, caller.Region, caller.Principal,
            expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        return Convert.ToBase64String([.. text, .. Mac(text)]);
    }

    /// <summary>Whom a token stands for and until when; false for anything this registry has not issued.</summary>
    public bool TryRead(string token, [NotNullWhen(true)] out RegistryCaller? caller, out DateTimeOffset expiresAt)
    {
        (caller, expiresAt) = (null, default);
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length) || length <= HMACSHA256.HashSizeInBytes)
        {
            return false;
        }

        var text = bytes.AsSpan(0, length - HMACSHA256.HashSizeInBytes);
        if (!CryptographicOperations.FixedTimeEquals(Mac(text), bytes.AsSpan(text.Length, HMACSHA256.HashSizeInBytes)))
        {
            return false;
        }

        if (Encoding.UTF8.GetString(text).Split('\n') is not [Version, var key, var account, var region, var principal, var expiry])
        {
            return false;
        }

        caller = new RegistryCaller(key, account, region, principal);
        expiresAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiry, CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>The query string with which anybody may read one blob of a repository until the given moment.</summary>
    public string SignDownload(RepositoryKey repository, Digest digest, DateTimeOffset expiresAt)
    {
        var expires = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"account={repository.Account}&region={repository.Region}&expires={expires}&signature={Convert.ToHexStringLower(MacOfDownload(repository, digest, expires))}";
    }

    /// <summary>Whether <see cref="SignDownload"/> made this signature and it still holds.</summary>
    public bool MayDownload(RepositoryKey repository, Digest digest, string expires, string signature, DateTimeOffset now)
    {
        var given = new byte[HMACSHA256.HashSizeInBytes];
        return signature.Length == given.Length * 2
            && Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(MacOfDownload(repository, digest, expires), given)
            && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && now.ToUnixTimeSeconds() < seconds;
    }

    private byte[] MacOfDownload(RepositoryKey repository, Digest digest, string expires) =>
        Mac(Encoding.UTF8.GetBytes(string.Join('\n', "download", repository.Account, repository.Region, repository.Name, digest.Value, expires)));

    private byte[] Mac(ReadOnlySpan<byte> text) => HMACSHA256.HashData(secret, text);

    // Written aside and renamed, so that a crash leaves a whole secret or none.
    private static byte[] ReadOrCreate(string path)
    {
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: SecretBytes } known)
        {
            return known;
        }

        Durable.CreateDirectory(Path.GetDirectoryName(path)!); // A file's path has a directory.
        var made = RandomNumberGenerator.GetBytes(SecretBytes);
        var temporary = path + ".new";
        File.Delete(temporary);
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, mode))
        {
            file.Write(made);
            file.Flush(flushToDisk: true);
        }

        Durable.Move(temporary, path);
        return made;
    }
}
