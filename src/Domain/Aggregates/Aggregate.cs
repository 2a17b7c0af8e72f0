namespace Berth.Domain;

/// <summary>What a decision may know of the world outside its aggregate: the moment, and a source of ids and chance.</summary>
/// <param name="Now">The moment the decision is made; every time in its facts comes from here.</param>
/// <param name="Ids">Ids and chance.</param>
public sealed record DecisionContext(DateTimeOffset Now, IIdSource Ids);

/// <summary>
/// The consistency boundary of one journal stream: an immutable state, and the facts that led to it. It has one
/// writer at a time and does no IO, so the same facts always lead to the same state.
/// </summary>
/// <typeparam name="TState">The immutable state. Readers may keep a reference to it for as long as they like.</typeparam>
/// <typeparam name="TEvent">The closed family of facts.</typeparam>
public abstract class Aggregate<TState, TEvent>(TState state)
    where TState : class
    where TEvent : class
{
    private List<TEvent> recorded = [];

    /// <summary>The state after every fact applied so far, those of the decision under way included.</summary>
    public TState State { get; protected set; } = state;

    /// <summary>When <see cref="Settle"/> wants to run again although nothing has happened; null when it does not.</summary>
    public virtual DateTimeOffset? NextDeadline => null;

    /// <summary>
    /// Adds one fact to the decision under way and applies it, so that the rest of the decision sees what it led to.
    /// A decision that refuses must do so before its first fact.
    /// </summary>
    public void Record(TEvent fact)
    {
        recorded.Add(fact);
        Apply(fact);
    }

    /// <summary>Applies one fact. Total: a fact that has happened cannot be refused.</summary>
    public abstract void Apply(TEvent fact);

    /// <summary>Starts over from a snapshot's state; whatever is derived from it is derived anew.</summary>
    public virtual void Restore(TState snapshot) => State = snapshot;

    /// <summary>
    /// Starts over from a snapshot's state, or from nothing when null, and the facts that <see cref="Replay"/> brings.
    /// Nothing is asked of the aggregate before <see cref="EndReplay"/>, so what is derived may wait until then.
    /// </summary>
    public virtual void BeginReplay(TState? snapshot)
    {
        if (snapshot is not null)
        {
            Restore(snapshot);
        }
    }

    /// <summary>Applies one fact of the past.</summary>
    public virtual void Replay(TEvent fact) => Apply(fact);

    /// <summary>All facts are there: derives what was not derived along the way.</summary>
    public virtual void EndReplay()
    {
    }

    /// <summary>
    /// The aggregate's own reactions (a service replacing a task that stopped, a deadline that has come), run after
    /// every decision in the same batch, after a start, and when <see cref="NextDeadline"/> is due.
    /// </summary>
    public virtual void Settle(DecisionContext context)
    {
    }

    /// <summary>Takes the facts recorded since the last call, in order.</summary>
    public IReadOnlyList<TEvent> TakeRecorded()
    {
        if (recorded.Count == 0)
        {
            return [];
        }

        var taken = recorded;
        recorded = [];
        return taken;
    }
}

/// <summary>A wish to change an aggregate: plain data and the pure decision that answers it.</summary>
/// <remarks>Commands are data so that they can cross to the node that owns the aggregate.</remarks>
public abstract record Command<TAggregate, TResult>
{
    /// <summary>Records the facts that fulfil the wish and says what came of it, or throws <see cref="RefusedException"/>.</summary>
    public abstract TResult Decide(TAggregate aggregate, DecisionContext context);
}

/// <summary>A question to an aggregate's state. Changes nothing.</summary>
public abstract record Query<TState, TResult>
{
    /// <summary>The answer, or <see cref="RefusedException"/> where the question cannot be answered.</summary>
    public abstract TResult Answer(TState state);
}
