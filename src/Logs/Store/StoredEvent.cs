using System.Text;

namespace Berth.Logs;

/// <summary>One event as read from a block; the message's bytes stay in the block's buffer.</summary>
internal readonly record struct StoredEvent(int StreamId, Position Position, long IngestedAt, ReadOnlyMemory<byte> Message)
{
    /// <summary>What an event counts beside its message in the API's size limits.</summary>
    public const int OverheadBytes = 26;

    public int CountedBytes => Message.Length + OverheadBytes;

    public string Text => Encoding.UTF8.GetString(Message.Span);
}
