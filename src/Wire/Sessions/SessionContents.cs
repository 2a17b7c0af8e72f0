using System.Text.Json.Serialization;

namespace Berth.Wire;

/// <summary>The first message of either end, as text: proves that the session is its own.</summary>
public sealed record OpenDataChannelInput
{
    /// <summary><c>1.0</c>.</summary>
    public string? MessageSchemaVersion { get; init; }

    /// <summary>A UUID.</summary>
    public string? RequestId { get; init; }

    /// <summary>The session's token.</summary>
    public string? TokenValue { get; init; }

    /// <summary>Who opens it.</summary>
    public string? ClientId { get; init; }

    /// <summary>The client's version.</summary>
    public string? ClientVersion { get; init; }
}

/// <summary>Which message has arrived.</summary>
public sealed record AcknowledgeContent
{
    /// <summary>Its type.</summary>
    public string? AcknowledgedMessageType { get; init; }

    /// <summary>Its id.</summary>
    public string? AcknowledgedMessageId { get; init; }

    /// <summary>Its number.</summary>
    public long AcknowledgedMessageSequenceNumber { get; init; }

    /// <summary>Always true.</summary>
    public bool IsSequentialMessage { get; init; }
}

/// <summary>That the session is over.</summary>
public sealed record ChannelClosedContent
{
    /// <summary><c>channel_closed</c>.</summary>
    public string? MessageType { get; init; }

    /// <summary>A UUID.</summary>
    public string? MessageId { get; init; }

    /// <summary>The container.</summary>
    public string? DestinationId { get; init; }

    /// <summary>The session.</summary>
    public string? SessionId { get; init; }

    /// <summary>1.</summary>
    public int SchemaVersion { get; init; }

    /// <summary>ISO 8601.</summary>
    public string? CreatedDate { get; init; }

    /// <summary>Why, for the person to read; empty when the command has ended by itself.</summary>
    public string? Output { get; init; }
}

/// <summary>The window the client shows.</summary>
/// <param name="Cols">Characters a line.</param>
/// <param name="Rows">Lines.</param>
public sealed record TerminalSize([property: JsonPropertyName("cols")] int Cols, [property: JsonPropertyName("rows")] int Rows)
{
    private const int Most = 10_000;

    /// <summary>Whether a terminal can be of that size.</summary>
    [JsonIgnore]
    public bool IsPossible => Cols is > 0 and <= Most && Rows is > 0 and <= Most;
}

/// <summary>What the agent asks of a client before it begins.</summary>
public sealed record HandshakeRequest
{
    /// <summary>The agent's version, as the public agent counts.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>What is asked, in order.</summary>
    public IReadOnlyList<RequestedClientAction>? RequestedClientActions { get; init; }
}

/// <summary>One thing an agent asks of a client.</summary>
/// <param name="ActionType"><c>SessionType</c>.</param>
/// <param name="ActionParameters">What goes with it.</param>
public sealed record RequestedClientAction(string ActionType, SessionTypeRequest ActionParameters);

/// <summary>Which kind of session it is.</summary>
/// <param name="SessionType"><c>InteractiveCommands</c> for a command in a terminal.</param>
public sealed record SessionTypeRequest(string SessionType);

/// <summary>A client's answer.</summary>
public sealed record HandshakeResponse
{
    /// <summary>The client's version.</summary>
    public string? ClientVersion { get; init; }

    /// <summary>What became of each action.</summary>
    public IReadOnlyList<ProcessedClientAction>? ProcessedClientActions { get; init; }

    /// <summary>What the client could not do.</summary>
    public IReadOnlyList<string>? Errors { get; init; }

    /// <summary>What only Berth's own client says; null from others.</summary>
    public BerthClient? Berth { get; init; }
}

/// <summary>What became of an action.</summary>
/// <param name="ActionType">Which.</param>
/// <param name="ActionStatus">1 is done, 2 failed, 3 unknown.</param>
public sealed record ProcessedClientAction(string? ActionType, int ActionStatus);

/// <summary>What Berth's own client asks for. It is told the exit code.</summary>
/// <param name="Terminal">Whether the command gets a terminal; without, standard error comes apart and the end of input is passed on.</param>
public sealed record BerthClient(bool Terminal);

/// <summary>That the session begins.</summary>
public sealed record HandshakeComplete
{
    /// <summary>Nanoseconds.</summary>
    public long HandshakeTimeToComplete { get; init; }

    /// <summary>What the client shows first; empty for nothing.</summary>
    public string CustomerMessage { get; init; } = "";
}

/// <summary>The texts of data channels.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OpenDataChannelInput))]
[JsonSerializable(typeof(AcknowledgeContent))]
[JsonSerializable(typeof(ChannelClosedContent))]
[JsonSerializable(typeof(TerminalSize))]
[JsonSerializable(typeof(HandshakeRequest))]
[JsonSerializable(typeof(HandshakeResponse))]
[JsonSerializable(typeof(HandshakeComplete))]
public sealed partial class SessionJson : JsonSerializerContext;
