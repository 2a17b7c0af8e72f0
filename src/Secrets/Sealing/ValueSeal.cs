using System.Security.Cryptography;
using System.Text;
using Berth.Domain;

namespace Berth.Secrets;

/// <summary>
/// Seals values with AES-256-GCM, each bound to the name of what it is the value of: a value that was moved to another
/// name in the journal cannot be read there. Thread safe.
/// </summary>
/// <param name="path">The key's file. It is looked at with the first value, so that a broken one hurts nothing else.</param>
internal sealed class ValueSeal(string path)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Lazy<SealingKey> key = new(() => SealingKey.OpenOrCreate(path));

    /// <summary>Seals a value.</summary>
    /// <param name="name">What it is the value of.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="SealException">There is no key.</exception>
    public SealedValue Seal(string name, ReadOnlySpan<byte> value)
    {
        var box = new byte[NonceBytes + value.Length + TagBytes];
        var nonce = box.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        var bound = Encoding.UTF8.GetBytes(name);
        using (var cipher = new AesGcm(key.Value.Encryption, TagBytes))
        {
            cipher.Encrypt(nonce, value, box.AsSpan(NonceBytes, value.Length), box.AsSpan(NonceBytes + value.Length), bound);
        }

        using var mark = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Value.Marks);
        mark.AppendData(bound);
        mark.AppendData([0]);    // No name holds it.
        mark.AppendData(value);
        return new(key.Value.Id, Convert.ToBase64String(box), Convert.ToBase64String(mark.GetHashAndReset()));
    }

    /// <summary>Opens what was sealed under the same name.</summary>
    /// <exception cref="SealException">The key is another one, or the text is not what was sealed.</exception>
    public byte[] Open(string name, SealedValue value)
    {
        if (value.KeyId != key.Value.Id)
        {
            throw new SealException($"The value was encrypted with key {value.KeyId}; {path} holds key {key.Value.Id}. Bring the file back that held it, and start the server anew.");
        }

        try
        {
            var box = Convert.FromBase64String(value.Box);
            var plain = new byte[box.Length - NonceBytes - TagBytes];
            using var cipher = new AesGcm(key.Value.Encryption, TagBytes);
            cipher.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length), plain, Encoding.UTF8.GetBytes(name));
            return plain;
        }
        catch (Exception broken) when (broken is CryptographicException or FormatException or OverflowException)
        {
            throw new SealException("The stored value was changed since it was encrypted.");
        }
    }
}
