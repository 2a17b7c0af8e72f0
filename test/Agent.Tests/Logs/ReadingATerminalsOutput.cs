using System.Text;

namespace Berth.Agent.Tests;

/// <summary>Docker's stream of a container with a terminal: messages one behind the other, with nothing between them.</summary>
public sealed class ReadingATerminalsOutput
{
    private const int PieceBytes = 16 * 1024;
    private const string One = "2026-01-02T03:04:05.000000001Z";
    private const string Two = "2026-01-02T03:04:05.000000002Z";

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public async Task Joins_the_pieces_of_long_lines_however_the_bytes_arrive(int atOnce)
    {
        var output = $"{One} short\r\n"
            + $"{One} {new string('a', PieceBytes)}{One} {new string('a', PieceBytes)}{One} aaa\r\n"
            + $"{Two} {new string('b', PieceBytes)}{Two} \r\n"
            + $"{Two} end";

        var lines = await ReadAsync(output, atOnce);

        lines.Select(line => (line.Time, line.Text.Length, line.Text.Distinct().Count())).ShouldBe([(One, 5, 5), (One, (2 * PieceBytes) + 3, 1), (Two, PieceBytes, 1), (Two, 3, 3)]);
    }

    [Fact]
    public async Task Cuts_what_never_ends_into_events_of_the_largest_size_that_all_have_its_time()
    {
        const int Pieces = 100;    // 1.6 MB.
        var output = string.Concat(Enumerable.Range(0, Pieces).Select(_ => $"{One} {new string('x', PieceBytes)}")) + $"{One} y\r\n{Two} end\r\n";

        var lines = await ReadAsync(output, 5000);

        lines[^1].ShouldBe(new LogLine(Two, "end"));
        lines.SkipLast(1).ShouldAllBe(line => line.Time == One && line.Text.Length <= DockerLogReader.MaxLineBytes);
        string.Concat(lines.SkipLast(1).Select(line => line.Text)).ShouldBe(new string('x', Pieces * PieceBytes) + "y");
    }

    [Fact]
    public async Task Takes_bytes_in_which_no_time_stands_to_be_of_the_time_before()
    {
        var output = $"{One} a\r\nnonsense without a time\r\n{One} {new string('x', 200_000)}\r\n{Two} end\r\n";

        var lines = await ReadAsync(output, 4000);

        lines.ShouldAllBe(line => line.At.Year == 2026);
        lines[..2].ShouldBe([new(One, "a"), new(One, "nonsense without a time")]);
        string.Concat(lines[2..^1].Select(line => line.Text)).ShouldBe(new string('x', 200_000));
        lines[^1].ShouldBe(new LogLine(Two, "end"));
    }

    private static async Task<List<LogLine>> ReadAsync(string output, int atOnce)
    {
        var token = TestContext.Current.CancellationToken;
        using var stream = new Trickle(Encoding.UTF8.GetBytes(output), atOnce);
        List<LogLine> lines = [];
        await foreach (var line in new DockerLogReader(stream, isTerminal: true).ReadAsync(token))
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Gives so many bytes at once and no more.</summary>
    private sealed class Trickle(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, atOnce)], cancellationToken);
    }
}
