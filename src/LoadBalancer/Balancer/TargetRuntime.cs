using System.Net;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>
/// A target as traffic sees it. Entering and draining meet in one word, so that the order is strict: once draining is on
/// and nothing is in flight, nothing can enter any more.
/// </summary>
internal sealed class TargetRuntime(string targetGroupArn, TargetKey key, string address, Action<TargetRuntime> onDrained) : IDisposable
{
    private const long DrainingBit = 1L << 62;
    private readonly CancellationTokenSource removed = new();
    private long word;

    public string TargetGroupArn { get; } = targetGroupArn;

    public TargetKey Key { get; } = key;

    public string Address { get; } = address;

    /// <summary>The beginning of every URL sent to it.</summary>
    public string Prefix { get; } = $"http://{(IPAddress.TryParse(address, out var ip) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address)}:{key.Port}";

    /// <summary>Cancelled when the target is gone: whatever is still in flight ends.</summary>
    public CancellationToken Removed => removed.Token;

    /// <summary>The registration it is in. Written by the one who applies configurations.</summary>
    public long Generation { get; set; }

    /// <summary>Its health here, which may be newer than the server's. Written under the group's lock.</summary>
    public TargetHealth Health { get; set; } = TargetHealth.Registering;

    public int InFlight => (int)(Volatile.Read(ref word) & ~DrainingBit);

    public bool IsDraining => (Volatile.Read(ref word) & DrainingBit) != 0;

    /// <summary>Draining, and nothing in flight: no request is on it or will be.</summary>
    public bool IsDrained => Volatile.Read(ref word) == DrainingBit;

    /// <summary>Counts a request in, unless the target is draining.</summary>
    public bool TryEnter()
    {
        var seen = Volatile.Read(ref word);
        while ((seen & DrainingBit) == 0)
        {
            var before = Interlocked.CompareExchange(ref word, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Counts a request out.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref word) == DrainingBit)
        {
            onDrained(this);
        }
    }

    /// <summary>No request may enter from now on.</summary>
    public void Drain() => Interlocked.Or(ref word, DrainingBit);

    /// <summary>Requests may enter again.</summary>
    public void Revive() => Interlocked.And(ref word, ~DrainingBit);

    /// <summary>The target is gone: what is in flight ends.</summary>
    public void Remove()
    {
        Drain();
        removed.Cancel();
    }

    public void Dispose() => removed.Dispose();
}
