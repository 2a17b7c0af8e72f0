using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Which tags of a repository may be moved to another image.</summary>
/// <param name="Immutable">What holds for a tag that no exclusion matches.</param>
/// <param name="Exclusions">Patterns (<c>*</c> = anything) of tags for which the opposite holds.</param>
public sealed record TagMutability(bool Immutable, ImmutableArray<string> Exclusions)
{
    /// <summary>Every tag may move.</summary>
    public static TagMutability Mutable { get; } = new(Immutable: false, []);

    /// <summary>The API's name of it.</summary>
    public string WireName => (Immutable ? "IMMUTABLE" : "MUTABLE") + (Exclusions.IsEmpty ? "" : "_WITH_EXCLUSION");

    /// <summary>Whether the tag, once given, stays with its image.</summary>
    public bool Pins(string tag) => Immutable != Exclusions.Any(pattern => Wildcard.Matches(pattern, tag));
}
