using System.Text;

namespace Berth.Agent;

/// <summary>Files of environment variables: where they are, and what is in them.</summary>
internal static class EnvironmentFile
{
    /// <summary>The bucket and the key of a file.</summary>
    /// <exception cref="ResourceInitializationException">It is no ARN of an object.</exception>
    public static (string Bucket, string Key) Location(string? arn) =>
        ObjectLocation.Parse(arn) ?? throw new ResourceInitializationException($"unable to parse bucket and key from s3 ARN specified in environmentFile {arn}");

    /// <summary>
    /// The variables of a file, <c>NAME=VALUE</c> a line. Lines that begin with <c>#</c>, lack an equals sign, or lack what
    /// belongs on either side of it, are passed over. Quotes are part of the value; a later line counts before an earlier.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> content)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var ended in Encoding.UTF8.GetString(content).Split('\n'))
        {
            var line = ended.EndsWith('\r') ? ended[..^1] : ended;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (!line.StartsWith('#') && equals > 0 && equals < line.Length - 1)
            {
                variables[line[..equals]] = line[(equals + 1)..];
            }
        }

        return variables;
    }
}
