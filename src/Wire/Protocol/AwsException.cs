namespace Berth.Wire;

/// <summary>An answer that is an error in the API's own form.</summary>
/// <param name="code">The exception's shape name, such as <c>InvalidParameterException</c>.</param>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What the caller reads.</param>
public sealed class AwsException(string code, int status, string message) : Exception(message)
{
    /// <summary>The exception's shape name.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Further members of the error's shape, such as <c>resourceIds</c>; usually empty.</summary>
    public IReadOnlyDictionary<string, System.Text.Json.Nodes.JsonNode?> Members { get; init; }
        = new Dictionary<string, System.Text.Json.Nodes.JsonNode?>();

    /// <summary>HTTP 400 <c>InvalidParameterException</c>.</summary>
    public static AwsException InvalidParameter(string message) => new("InvalidParameterException", 400, message);

    /// <summary>HTTP 400 <c>ClientException</c>.</summary>
    public static AwsException Client(string message) => new("ClientException", 400, message);

    /// <summary>HTTP 500 <c>ServerException</c>.</summary>
    public static AwsException Server(string message) => new("ServerException", 500, message);
}
