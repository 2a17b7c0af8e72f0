using System.Text;

namespace Berth.Conformance.Tests;

/// <summary>A request that may be anything.</summary>
/// <param name="Operation">The operation it was made for.</param>
/// <param name="Target">The header that names an operation; null for none.</param>
/// <param name="ContentType">The body's type; null for none.</param>
/// <param name="Body">The body.</param>
/// <param name="Changes">What was done to it since it was a plausible one.</param>
internal sealed record FuzzedRequest(string Operation, string? Target, string? ContentType, byte[] Body, IReadOnlyList<string> Changes)
{
    private const int MostShown = 1500;

    public override string ToString()
    {
        var body = Encoding.UTF8.GetString(Body);
        return $"{Operation} ({(Changes.Count == 0 ? "unchanged" : string.Join(", ", Changes))})\nX-Amz-Target: {Target}\nContent-Type: {ContentType}\n"
            + (body.Length <= MostShown ? body : $"{body[..MostShown]}… {Body.Length} bytes");
    }
}
