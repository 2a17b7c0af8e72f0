namespace Berth.Domain;

/// <summary>The ids by which IAM tells apart two things that had the same name one after the other.</summary>
public static class UniqueId
{
    /// <summary>Characters behind the four that tell the kind.</summary>
    private const int Characters = 17;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>An id of the kind.</summary>
    /// <param name="prefix"><c>AROA</c> for a role, <c>ANPA</c> for a policy, <c>AIPA</c> for an instance profile.</param>
    /// <param name="hexId">Hexadecimal digits, an even number of them; where they are too few they begin again.</param>
    public static string Of(string prefix, string hexId)
    {
        Span<char> characters = stackalloc char[Characters];
        for (var index = 0; index < Characters; index++)
        {
            var at = index * 2 % hexId.Length;
            characters[index] = Alphabet[Convert.ToByte(hexId.Substring(at, 2), 16) & 31];
        }

        return string.Concat(prefix, characters);
    }
}
