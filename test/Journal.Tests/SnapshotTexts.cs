using System.Text;
using Berth.Engine;

namespace Berth.Journal.Tests;

/// <summary>Snapshots as a test would like to see them: a text, one line a part.</summary>
internal static class SnapshotTexts
{
    public static ValueTask KeepSnapshotAsync(this IJournal journal, StreamId stream, long seq, string text) => journal.WriteSnapshotAsync(
        stream, seq, Parts(text), TestContext.Current.CancellationToken);

    public static async Task<(long Seq, string Text)?> SnapshotAsync(this IJournal journal, StreamId stream) =>
        await journal.ReadSnapshotAsync(stream, TestContext.Current.CancellationToken) is { } snapshot ? (snapshot.Seq, Text(snapshot.Parts)) : null;

    public static string EncodeText<TState, TEvent>(this IStreamCodec<TState, TEvent> codec, TState state) => Text(codec.EncodeState(state));

    public static TState DecodeText<TState, TEvent>(this IStreamCodec<TState, TEvent> codec, string text) => codec.DecodeState(Parts(text));

    private static string Text(IEnumerable<ReadOnlyMemory<byte>> parts) => string.Join('\n', parts.Select(part => Encoding.UTF8.GetString(part.Span)));

    private static List<ReadOnlyMemory<byte>> Parts(string text) => [.. text.Split('\n').Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line))];
}
