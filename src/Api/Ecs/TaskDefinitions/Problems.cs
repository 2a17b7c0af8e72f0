using Berth.Wire;

namespace Berth.Api;

/// <summary>Something that is wrong with a document, and where.</summary>
/// <param name="Path">The member, such as <c>containerDefinitions[0].portMappings[1].hostPort</c>; empty for the whole document.</param>
/// <param name="Message">What is wrong, in the service's words.</param>
internal readonly record struct Problem(string Path, string Message);

/// <summary>
/// What is wrong with a document, in the order in which the service looks. A call answers with the first; a person who
/// writes the document wants to see them all.
/// </summary>
internal sealed class Problems
{
    private readonly List<Problem> found = [];

    /// <summary>In the order they were found.</summary>
    public IReadOnlyList<Problem> Found => found;

    public void Add(string path, string message) => found.Add(new(path, message));

    /// <summary>Adds when the condition holds.</summary>
    public void AddIf(bool isWrong, string path, string message)
    {
        if (isWrong)
        {
            Add(path, message);
        }
    }

    /// <summary>Adds when the text is not one of the enumeration's.</summary>
    /// <param name="known">The enumeration.</param>
    /// <param name="text">The text; null is always right.</param>
    /// <param name="at">Where the member's structure is.</param>
    /// <param name="member">The member.</param>
    public void Require(WireEnum known, string? text, string at, string member)
    {
        if (!known.Allows(text))
        {
            Add(Join(at, member), known.Refusal(member));
        }
    }

    /// <summary>Answers a call with the first problem, if there is one.</summary>
    public void ThrowFirst()
    {
        if (found.Count > 0)
        {
            throw AwsException.Client(found[0].Message);
        }
    }

    public static string Join(string at, string member) => at.Length == 0 ? member : $"{at}.{member}";
}
