namespace Berth.Simulation;

/// <summary>A clock that moves only when told, and fires the timers it passes in order.</summary>
public sealed class SimulatedTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = start;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>When the next timer is due; null when none is set.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (gate)
            {
                return timers.Min(timer => timer.Due);
            }
        }
    }

    /// <summary>
    /// Somebody sets the clock, forward or back. Timers run by another clock, as those of an operating system do: they come
    /// due as long from now as before.
    /// </summary>
    public void Jump(TimeSpan by)
    {
        lock (gate)
        {
            now += by;
            foreach (var timer in timers)
            {
                timer.Due += by;
            }
        }
    }

    /// <summary>
    /// Moves the clock, and then fires what came due on the way: a timer is late, as on a busy machine. Whoever it wakes
    /// works on a thread of its own, so only a clock that stands still by then shows it the same moment every time.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        lock (gate)
        {
            now += by;
        }

        while (true)
        {
            Timer? next;
            lock (gate)
            {
                next = timers.Where(timer => timer.Due <= now).MinBy(timer => timer.Due);
                if (next is null)
                {
                    return;
                }

                next.Due = null;
                timers.Remove(next);
            }

            next.Fire();
        }
    }

    private sealed class Timer(SimulatedTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time.now + dueTime;
                if (Due is not null)
                {
                    time.timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
