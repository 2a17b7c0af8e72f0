using System.Security.Cryptography;

namespace Berth.Secrets;

/// <summary>The key that values are sealed with: 32 random bytes in a file that its owner alone may read.</summary>
internal sealed class SealingKey
{
    private const int Bytes = 32;

    private SealingKey(byte[] secret)
    {
        Encryption = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, Bytes, info: "berth values"u8.ToArray());
        Marks = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, Bytes, info: "berth marks"u8.ToArray());
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(secret, "berth key id"u8)[..8]);
    }

    /// <summary>Names the key and tells nothing of it.</summary>
    public string Id { get; }

    /// <summary>What values are encrypted with.</summary>
    public byte[] Encryption { get; }

    /// <summary>What values are recognised by.</summary>
    public byte[] Marks { get; }

    /// <summary>The key of a file, which is made where there is none.</summary>
    /// <exception cref="SealException">The file is no key, or cannot be read or made.</exception>
    public static SealingKey OpenOrCreate(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            var secret = File.ReadAllBytes(path);
            return secret.Length == Bytes ? new(secret) : throw new SealException($"{path} is not a key: it holds {secret.Length} bytes instead of {Bytes}. Bring the right file back and start the server anew.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SealException($"The key that values are encrypted with cannot be had: {failure.Message}");
        }
    }

    /// <summary>Written aside, flushed and renamed: the key is whole before anything is sealed with it.</summary>
    private static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var draft = path + ".new";
        using (var file = new FileStream(draft, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(Bytes));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path);
    }
}

/// <summary>A value cannot be sealed or read; the message says why, and never what it is.</summary>
internal sealed class SealException(string message) : Exception(message);
