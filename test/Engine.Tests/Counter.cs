using System.Globalization;
using System.Text;
using Berth.Domain;

namespace Berth.Engine.Tests;

/// <summary>The smallest aggregate there is: a number, and an alarm that adds a thousand when it is due.</summary>
internal sealed class Counter() : Aggregate<Counter.Number, Counter.Fact>(new Number(0, null))
{
    public override DateTimeOffset? NextDeadline => State.Alarm;

    public override void Apply(Fact fact) => State = fact switch
    {
        Fact.Added added => State with { Value = State.Value + added.By },
        Fact.AlarmSet set => State with { Alarm = set.At },
        Fact.Rang => new(State.Value + 1000, null),
        _ => throw new InvalidOperationException(),
    };

    public override void Settle(DecisionContext context)
    {
        if (State.Alarm <= context.Now)
        {
            Record(new Fact.Rang());
        }
    }

    public sealed record Number(int Value, DateTimeOffset? Alarm);

    public abstract record Fact
    {
        public sealed record Added(int By) : Fact;

        public sealed record AlarmSet(DateTimeOffset At) : Fact;

        public sealed record Rang : Fact;
    }

    public sealed record Add(int By) : Command<Counter, int>
    {
        public override int Decide(Counter aggregate, DecisionContext context)
        {
            if (By == 0)
            {
                throw RefusedException.InvalidParameter("Nothing to add.");
            }

            aggregate.Record(new Fact.Added(By));
            return aggregate.State.Value;
        }
    }

    public sealed record SetAlarm(TimeSpan After) : Command<Counter, bool>
    {
        public override bool Decide(Counter aggregate, DecisionContext context)
        {
            aggregate.Record(new Fact.AlarmSet(context.Now + After));
            return true;
        }
    }

    /// <summary>Holds the deciding loop up, so that other commands gather behind it.</summary>
    public sealed record Wait : Command<Counter, bool>, IDisposable
    {
        public ManualResetEventSlim Begun { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public override bool Decide(Counter aggregate, DecisionContext context)
        {
            Begun.Set();
            return Go.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
        }

        public void Dispose()
        {
            Begun.Dispose();
            Go.Dispose();
        }
    }

    public sealed record FailHalfWay : Command<Counter, bool>
    {
        public override bool Decide(Counter aggregate, DecisionContext context)
        {
            aggregate.Record(new Fact.Added(5));
            throw new InvalidOperationException("A defect.");
        }
    }

    public sealed record Read : Query<Number, int>
    {
        public override int Answer(Number state) => state.Value;
    }

    public sealed record ReadAlarm : Query<Number, DateTimeOffset?>
    {
        public override DateTimeOffset? Answer(Number state) => state.Alarm;
    }

    public sealed class Codec : IStreamCodec<Number, Fact>
    {
        public (string Type, string Payload) Encode(Fact fact) => fact switch
        {
            Fact.Added added => ("added", added.By.ToString(CultureInfo.InvariantCulture)),
            Fact.AlarmSet set => ("alarm", set.At.ToString("O", CultureInfo.InvariantCulture)),
            _ => ("rang", ""),
        };

        public Fact Decode(string type, string payload) => type switch
        {
            "added" => new Fact.Added(int.Parse(payload, CultureInfo.InvariantCulture)),
            "alarm" => new Fact.AlarmSet(DateTimeOffset.Parse(payload, CultureInfo.InvariantCulture)),
            _ => new Fact.Rang(),
        };

        public IEnumerable<ReadOnlyMemory<byte>> EncodeState(Number state) => [Encoding.UTF8.GetBytes(state.Value.ToString(CultureInfo.InvariantCulture))];

        public Number DecodeState(IReadOnlyList<ReadOnlyMemory<byte>> parts) => new(int.Parse(parts[0].Span, CultureInfo.InvariantCulture), null);
    }
}
