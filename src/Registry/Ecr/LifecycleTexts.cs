using Berth.Domain;

namespace Berth.Registry;

/// <summary>Lifecycle policies as the API takes them.</summary>
internal static class LifecycleTexts
{
    private const int Shortest = 100;
    private const int Longest = 30_720;

    /// <summary>The policy a text describes, or the refusal.</summary>
    public static LifecyclePolicy Read(string text)
    {
        Constraints.Length(text, "lifecyclePolicyText", Shortest, Longest);
        try
        {
            return LifecyclePolicy.Parse(text);
        }
        catch (FormatException failure)
        {
            throw Constraints.Violated("LifecyclePolicyText", $"Lifecycle policy validation failure: {failure.Message}");
        }
    }
}

/// <summary>What the operations on lifecycle policies answer.</summary>
internal sealed record LifecyclePolicyShape(string RegistryId, string RepositoryName, string LifecyclePolicyText);
