using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>
/// A decision says no: the caller's mistake, told in the API's own terms. Nothing was recorded and nothing changed.
/// </summary>
/// <param name="code">The API's exception name, such as <c>InvalidParameterException</c>.</param>
/// <param name="message">The sentence for the caller, in the service's own wording.</param>
public sealed class RefusedException(string code, string message) : Exception(message)
{
    /// <summary>The API's exception name; the front door answers with it and HTTP 400.</summary>
    public string Code { get; } = code;

    /// <summary>The ARNs of what the call is in conflict with; told with a <c>ConflictException</c>.</summary>
    public ImmutableArray<string> ResourceIds { get; init; } = [];

    /// <summary>A refusal with code <c>InvalidParameterException</c>.</summary>
    public static RefusedException InvalidParameter(string message) => new("InvalidParameterException", message);

    /// <summary>A refusal with code <c>ClientException</c>.</summary>
    public static RefusedException Client(string message) => new("ClientException", message);
}
