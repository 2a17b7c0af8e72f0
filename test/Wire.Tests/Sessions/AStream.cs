using CsCheck;

namespace Berth.Wire.Tests;

/// <summary>Numbered messages, what is sent again and what is given out.</summary>
public sealed class AStream
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly OutgoingStream outgoing = new(AgentMessageType.OutputStreamData);
    private readonly IncomingStream incoming = new();

    [Fact]
    public void Sends_the_oldest_message_again_until_it_is_acknowledged()
    {
        var first = Send(0);
        Send(10);

        first.Flags.ShouldBe(1);
        outgoing.Due(Milliseconds(199)).ShouldBeNull();
        outgoing.Due(Milliseconds(200)).ShouldBe(first);
        outgoing.Due(Milliseconds(399)).ShouldBeNull();
        outgoing.Due(Milliseconds(400)).ShouldBe(first);
        outgoing.OldestAge(Milliseconds(400)).ShouldBe(Milliseconds(400));

        outgoing.Acknowledge(0, Milliseconds(410)).ShouldBeTrue();
        outgoing.Acknowledge(0, Milliseconds(411)).ShouldBeFalse();
        outgoing.Due(Milliseconds(420))!.SequenceNumber.ShouldBe(1);
        outgoing.Acknowledge(1, Milliseconds(430)).ShouldBeTrue();
        outgoing.IsEmpty.ShouldBeTrue();
        outgoing.Due(Milliseconds(9_999)).ShouldBeNull();
    }

    [Fact]
    public void Waits_longer_where_acknowledgements_take_longer_and_never_more_than_a_second()
    {
        for (var sent = 0; sent < 50; sent++)
        {
            Send(sent * 1000);
            outgoing.Acknowledge(sent, Milliseconds((sent * 1000) + 300));
        }

        outgoing.Timeout.ShouldBeInRange(Milliseconds(300), Milliseconds(400));
        for (var sent = 50; sent < 60; sent++)
        {
            Send(sent * 1000);
            outgoing.Acknowledge(sent, Milliseconds((sent * 1000) + 30_000));
        }

        outgoing.Timeout.ShouldBe(Milliseconds(1000));
    }

    [Fact]
    public void Is_full_when_nobody_acknowledges()
    {
        for (var sent = 0; sent < OutgoingStream.MostUnacknowledged; sent++)
        {
            outgoing.IsFull.ShouldBeFalse();
            Send(0);
        }

        outgoing.IsFull.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => Send(0));
        outgoing.Acknowledge(5, Milliseconds(1)).ShouldBeTrue();
        outgoing.IsFull.ShouldBeFalse();
    }

    [Fact]
    public void Does_not_take_in_what_is_too_far_ahead()
    {
        incoming.Receive(Numbered(IncomingStream.MostAhead), out var none).ShouldBeFalse();
        incoming.Receive(Numbered(-1), out none).ShouldBeFalse();
        incoming.Receive(Numbered(1), out none).ShouldBeTrue();
        none.ShouldBeEmpty();
        incoming.Receive(Numbered(0), out var both).ShouldBeTrue();
        both.Select(message => message.SequenceNumber).ShouldBe([0, 1]);
        incoming.Receive(Numbered(0), out none).ShouldBeTrue();
        none.ShouldBeEmpty();
    }

    /// <summary>Over a line that loses, doubles and disorders, each message comes out once and in order, and all are acknowledged.</summary>
    [Fact]
    public void Survives_any_line() => Gen.Select(Gen.Int[0, 60], Gen.Int[0, 3].Array[400]).Sample((count, fates) =>
    {
        var (sender, receiver, line, got) = (new OutgoingStream(AgentMessageType.InputStreamData), new IncomingStream(), new List<AgentMessage>(), new List<long>());
        var sent = 0;
        for (var step = 0; step < 5_000 && (sent < count || !sender.IsEmpty); step++)
        {
            var (now, fate) = (Milliseconds(step * 100), step < fates.Length ? fates[step] : 0);
            if (sent < count && fate != 3)
            {
                line.Add(sender.Send(PayloadType.Output, default, Guid.NewGuid(), Noon, now));
                sent++;
            }

            if (sender.Due(now) is { } again)
            {
                line.Add(again);
            }

            if (line.Count == 0 || fate == 1)
            {
                continue;     // Everything is late.
            }

            var next = line[fate == 2 ? ^1 : 0];
            line.Remove(next);
            if (fate == 3)
            {
                continue;     // Lost.
            }

            if (receiver.Receive(next, out var inTurn) && fate != 2)     // With 2, the acknowledgement is lost.
            {
                sender.Acknowledge(next.SequenceNumber, now);
            }

            got.AddRange(inTurn.Select(message => message.SequenceNumber));
        }

        got.ShouldBe(Enumerable.Range(0, count).Select(number => (long)number));
        sender.IsEmpty.ShouldBeTrue();
    });

    private AgentMessage Send(int milliseconds) => outgoing.Send(PayloadType.Output, default, Guid.NewGuid(), Noon, Milliseconds(milliseconds));

    private static AgentMessage Numbered(long number) => new() { Type = AgentMessageType.InputStreamData, CreatedMilliseconds = 1, Id = Guid.NewGuid(), SequenceNumber = number };

    private static TimeSpan Milliseconds(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
