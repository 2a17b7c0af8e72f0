using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Creates an internet gateway, attached to nothing.</summary>
public sealed record CreateInternetGateway(ImmutableSortedDictionary<string, string> Tags) : Command<NetworkAggregate, InternetGateway>
{
    /// <summary>Internet gateways an account may have in a region.</summary>
    public const int MostGateways = 100;

    /// <inheritdoc/>
    public override InternetGateway Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        if (aggregate.State.InternetGateways.Count >= MostGateways)
        {
            throw NetworkRefusal.Limit("InternetGatewayLimitExceeded", "internet gateways", MostGateways);
        }

        NetworkTags.Check(Tags);
        var id = NetworkIds.Next("igw", context);
        aggregate.Record(new NetworkEvent.InternetGatewayCreated(id));
        NetworkTags.Record(aggregate, id, Tags);
        return aggregate.State.InternetGateways[id];
    }
}

/// <summary>Attaches an internet gateway to a VPC.</summary>
public sealed record AttachInternetGateway(string GatewayId, string VpcId) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var (gateway, vpc) = (aggregate.State.InternetGateway(GatewayId), aggregate.State.Vpc(VpcId));
        if (gateway.VpcId is not null)
        {
            throw new RefusedException("Resource.AlreadyAssociated", $"resource {gateway.Id} is already attached to network {gateway.VpcId}");
        }

        if (aggregate.State.InternetGateways.Values.Any(other => other.VpcId == vpc.Id))
        {
            throw NetworkRefusal.InvalidValue($"Network {vpc.Id} already has an internet gateway attached");
        }

        aggregate.Record(new NetworkEvent.InternetGatewayAttached(gateway.Id, vpc.Id));
        return true;
    }
}

/// <summary>Detaches an internet gateway from its VPC.</summary>
public sealed record DetachInternetGateway(string GatewayId, string VpcId) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var gateway = aggregate.State.InternetGateway(GatewayId);
        if (gateway.VpcId != VpcId)
        {
            throw new RefusedException("Gateway.NotAttached", $"resource {gateway.Id} is not attached to network {VpcId}");
        }

        aggregate.Record(new NetworkEvent.InternetGatewayAttached(gateway.Id, null));
        return true;
    }
}

/// <summary>Deletes an internet gateway that is attached to nothing.</summary>
public sealed record DeleteInternetGateway(string GatewayId) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var gateway = aggregate.State.InternetGateway(GatewayId);
        if (gateway.VpcId is not null)
        {
            throw NetworkRefusal.Dependency($"The internetGateway '{gateway.Id}' has dependencies and cannot be deleted.");
        }

        aggregate.Record(new NetworkEvent.InternetGatewayDeleted(gateway.Id));
        return true;
    }
}

/// <summary>Creates a route table.</summary>
public sealed record CreateRouteTable(string VpcId, ImmutableSortedDictionary<string, string> Tags) : Command<NetworkAggregate, RouteTable>
{
    /// <summary>Route tables a VPC may have.</summary>
    public const int MostTables = 200;

    /// <inheritdoc/>
    public override RouteTable Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var vpc = aggregate.State.Vpc(VpcId);
        if (aggregate.State.RouteTables.Values.Count(table => table.VpcId == vpc.Id) >= MostTables)
        {
            throw NetworkRefusal.Limit("RouteTableLimitExceeded", "route tables", MostTables);
        }

        NetworkTags.Check(Tags);
        var created = new RouteTable { Id = NetworkIds.Next("rtb", context), VpcId = vpc.Id, Routes = [new(vpc.CidrBlock, Route.Local)] };
        aggregate.Record(new NetworkEvent.RouteTableCreated(created));
        NetworkTags.Record(aggregate, created.Id, Tags);
        return created;
    }
}

/// <summary>Adds a route to an internet gateway.</summary>
public sealed record CreateRoute(string RouteTableId, string Destination, string GatewayId) : Command<NetworkAggregate, bool>
{
    /// <summary>Routes a table may have.</summary>
    public const int MostRoutes = 50;

    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var table = aggregate.State.RouteTable(RouteTableId);
        var gateway = aggregate.State.InternetGateways.GetValueOrDefault(GatewayId)
            ?? throw new RefusedException("InvalidGatewayID.NotFound", $"The gateway ID '{GatewayId}' does not exist");
        if (gateway.VpcId != table.VpcId)
        {
            throw NetworkRefusal.InvalidValue($"route table {table.Id} and network gateway {gateway.Id} belong to different networks");
        }

        if (table.Routes.FirstOrDefault(route => route.Destination == Destination) is { } known)
        {
            return known.GatewayId == GatewayId
                ? false
                : throw new RefusedException("RouteAlreadyExists", $"The route identified by {Destination} already exists.");
        }

        if (table.Routes.Length >= MostRoutes)
        {
            throw NetworkRefusal.Limit("RouteLimitExceeded", "routes", MostRoutes);
        }

        aggregate.Record(new NetworkEvent.RouteCreated(table.Id, new(Destination, gateway.Id)));
        return true;
    }
}

/// <summary>Takes a route from a table.</summary>
public sealed record DeleteRoute(string RouteTableId, string Destination) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var table = aggregate.State.RouteTable(RouteTableId);
        var route = table.Routes.FirstOrDefault(route => route.Destination == Destination)
            ?? throw new RefusedException("InvalidRoute.NotFound", $"no route with destination-cidr-block {Destination} in route table {table.Id}");
        if (route.GatewayId == Route.Local)
        {
            throw NetworkRefusal.InvalidValue($"cannot remove local route {Destination} in route table {table.Id}");
        }

        aggregate.Record(new NetworkEvent.RouteDeleted(table.Id, Destination));
        return true;
    }
}

/// <summary>Lets a route table count for a subnet. Answers with the association's id.</summary>
public sealed record AssociateRouteTable(string RouteTableId, string SubnetId) : Command<NetworkAggregate, string>
{
    /// <inheritdoc/>
    public override string Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var (table, subnet) = (aggregate.State.RouteTable(RouteTableId), aggregate.State.Subnet(SubnetId));
        if (table.VpcId != subnet.VpcId)
        {
            throw NetworkRefusal.InvalidValue($"route table {table.Id} and subnet {subnet.Id} belong to different networks");
        }

        foreach (var other in aggregate.State.RouteTables.Values)
        {
            if (other.Associations.FirstOrDefault(association => association.SubnetId == subnet.Id) is { } known)
            {
                return other.Id == table.Id
                    ? known.Id
                    : throw new RefusedException("Resource.AlreadyAssociated", $"the specified association for route table {table.Id} conflicts with an existing association");
            }
        }

        var created = new RouteTableAssociation(NetworkIds.Next("rtbassoc", context), subnet.Id);
        aggregate.Record(new NetworkEvent.RouteTableAssociated(table.Id, created));
        return created.Id;
    }
}

/// <summary>Lets a route table no longer count for a subnet.</summary>
public sealed record DisassociateRouteTable(string AssociationId) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var table = aggregate.State.RouteTables.Values.FirstOrDefault(table => table.Associations.Any(association => association.Id == AssociationId))
            ?? throw new RefusedException("InvalidAssociationID.NotFound", $"The association ID '{AssociationId}' does not exist");
        if (table.Associations.Any(association => association.Id == AssociationId && association.SubnetId is null))
        {
            throw NetworkRefusal.InvalidValue($"cannot disassociate the main route table association {AssociationId}");
        }

        aggregate.Record(new NetworkEvent.RouteTableDisassociated(table.Id, AssociationId));
        return true;
    }
}

/// <summary>Deletes a route table that counts for nothing.</summary>
public sealed record DeleteRouteTable(string RouteTableId) : Command<NetworkAggregate, bool>
{
    /// <inheritdoc/>
    public override bool Decide(NetworkAggregate aggregate, DecisionContext context)
    {
        var table = aggregate.State.RouteTable(RouteTableId);
        if (!table.Associations.IsEmpty)
        {
            throw NetworkRefusal.Dependency($"The routeTable '{table.Id}' has dependencies and cannot be deleted.");
        }

        aggregate.Record(new NetworkEvent.RouteTableDeleted(table.Id));
        return true;
    }
}
