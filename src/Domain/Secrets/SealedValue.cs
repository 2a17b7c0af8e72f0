namespace Berth.Domain;

/// <summary>A value that only the holder of a key can read. Nothing here tells what it is.</summary>
/// <param name="KeyId">Names the key it was sealed with.</param>
/// <param name="Box">Nonce, ciphertext and tag, in base64.</param>
/// <param name="Mark">The same for the same value of the same resource, so that a repeated call can be told from another one.</param>
public sealed record SealedValue(string KeyId, string Box, string Mark);
