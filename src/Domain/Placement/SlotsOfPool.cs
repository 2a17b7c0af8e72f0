namespace Berth.Domain;

/// <summary>The slots of a pool of instances.</summary>
internal sealed class SlotsOfPool(PlacementIndex index, InstancePool pool)
{
    private readonly bool isExternal = pool.LaunchType == "EXTERNAL";
    private readonly SlotSet external = index.Filters.WithAttribute(AttributeNames.External, index);
    private readonly SlotSet? own = pool.CapacityProvider is { } provider ? index.Filters.OfCapacityProvider(provider, index) : null;

    /// <summary>Where no ACTIVE instance is said to be the provider's own, its tasks go to any.</summary>
    private bool HasOwn => own is not null && SlotScan.Intersects(own.Words, index.Active.Words);

    /// <summary>Keeps the pool's slots.</summary>
    public void Keep(Span<ulong> candidates)
    {
        if (isExternal)
        {
            SlotScan.And(candidates, external.Words);
        }
        else
        {
            var words = external.Words.AsSpan(0, Math.Min(candidates.Length, external.Words.Length));
            for (var word = 0; word < words.Length; word++)
            {
                candidates[word] &= ~words[word];
            }
        }

        if (HasOwn)
        {
            SlotScan.And(candidates, own!.Words);    // There, as just found.
        }
    }

    public bool Holds(int slot) => external.Has(slot) == isExternal && (!HasOwn || own!.Has(slot));    // There, as just found.
}
