namespace Berth.Api;

// Shapes of the API model, member for member. Members are settable because the serializer sets them fastest so.

internal sealed record CapacityProviderStrategyItemShape
{
    public string? CapacityProvider { get; set; }

    public int? Weight { get; set; }

    public int? Base { get; set; }
}

internal sealed record PlacementConstraintShape
{
    public string? Type { get; set; }

    public string? Expression { get; set; }
}

internal sealed record PlacementStrategyShape
{
    public string? Type { get; set; }

    public string? Field { get; set; }
}
