using System.Text;

namespace Berth.Agent.Tests;

/// <summary>The log options <c>awslogs-multiline-pattern</c> and <c>awslogs-datetime-format</c>.</summary>
public sealed class GatheringLinesToEvents
{
    [Theory]
    [InlineData("%Y-%m-%d %H:%M:%S%L", "2026-01-31 23:59:59.123 begun", true)]
    [InlineData("%Y-%m-%d %H:%M:%S%L", "2026-13-31 23:59:59.123 begun", false)]
    [InlineData("%Y-%m-%d %H:%M:%S%L", "    at Main (2026-01-31)", false)]
    [InlineData(@"\[%b %d, %Y %I:%M:%S %p\]", "[Jan 01, 2026 11:00:00 PM] begun", true)]
    [InlineData(@"\[%b %d, %Y %I:%M:%S %p\]", "Jan 01, 2026 11:00:00 PM begun", false)]
    [InlineData("%A, %d %B %y %H:%M %z %Z", "Friday, 05 June 26 07:08 +0200 CEST", true)]
    [InlineData("%a %w %j %f", "Mon 1 366 000001", true)]
    [InlineData("%a %w %j %f", "Mon 1 367 000001", false)]
    public void Knows_the_first_line_by_its_time(string format, string line, bool isFirst) =>
        EventPattern.Of(format, null)!.IsMatch(line).ShouldBe(isFirst);

    [Theory]
    [InlineData(@"^(INFO|WARN)\b", "INFO begun", true)]
    [InlineData(@"^(INFO|WARN)\b", " INFO not", false)]
    [InlineData(@"^(?P<level>INFO)", "INFO begun", true)]
    public void Knows_the_first_line_by_a_pattern(string pattern, string line, bool isFirst) =>
        EventPattern.Of(null, pattern)!.IsMatch(line).ShouldBe(isFirst);

    [Theory]
    [InlineData(null)]
    [InlineData("[")]
    [InlineData("(?=a)")]    // No pattern to Docker either.
    public void Takes_each_line_for_an_event_without_a_pattern(string? pattern)
    {
        var events = new EventGathering(EventPattern.Of(null, pattern));

        events.Add(new(Time(1), "one")).ShouldBe(new LogEvent(Time(1), "one", Time(1), 1));
        events.IsOpen.ShouldBeFalse();
        events.Close().ShouldBeNull();
    }

    [Fact]
    public void Ends_an_event_where_the_next_begins_or_when_it_is_told_to()
    {
        var events = new EventGathering(EventPattern.Of(null, "^>"));

        events.Add(new(Time(1), "goes on from before")).ShouldBeNull();
        events.Add(new(Time(2), "> one")).ShouldBe(new LogEvent(Time(1), "goes on from before\n", Time(1), 1));
        events.Add(new(Time(3), "")).ShouldBeNull();
        events.Add(new(Time(3), "more")).ShouldBeNull();
        events.Add(new(Time(4), "> two")).ShouldBe(new LogEvent(Time(2), "> one\n\nmore\n", Time(3), 2));
        events.IsOpen.ShouldBeTrue();
        events.Close().ShouldBe(new LogEvent(Time(4), "> two\n", Time(4), 1));
        events.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Holds_no_event_that_the_log_service_would_refuse()
    {
        var events = new EventGathering(EventPattern.Of(null, "^>"));
        List<LogEvent> whole = [];
        for (var line = 0; line < 20; line++)
        {
            whole.AddRange(events.Add(new(Time(line), new string('ä', 20_000))) is { } one ? [one] : []);    // 40 kB.
        }

        whole.AddRange(events.Add(new(Time(20), new string('x', DockerLogReader.MaxLineBytes))) is { } last ? [last] : []);
        whole.AddRange(events.Close() is { } rest ? [rest] : []);

        whole.ShouldAllBe(one => Encoding.UTF8.GetByteCount(one.Text) <= DockerLogReader.MaxLineBytes);
        whole.Sum(one => one.Text.Count(letter => letter == 'ä')).ShouldBe(20 * 20_000);
        whole.Count.ShouldBe(5);
    }

    private static string Time(int second) => $"2026-01-02T03:04:{second:D2}.000000000Z";
}
