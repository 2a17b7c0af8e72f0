namespace Berth.Domain;

/// <summary>What is counted of an instance and taken by tasks.</summary>
internal enum CountedResource
{
    /// <summary>CPU units.</summary>
    Cpu,

    /// <summary>MiB.</summary>
    Memory,

    /// <summary>Whole GPUs.</summary>
    Gpu,

    /// <summary>Elastic network interfaces.</summary>
    NetworkInterface,
}

/// <summary>One container instance and what is taken of it.</summary>
internal sealed class PlacementSlot(ContainerInstance? instance)
{
    private const int Udp = 0x10000;

    private HashSet<int>? ports;

    public static PlacementSlot None { get; } = new(null);

    public ContainerInstance? Instance { get; set; } = instance;

    public int CpuUsed { get; set; }

    public int MemoryUsed { get; set; }

    public int GpusUsed { get; set; }

    public int NetworkInterfacesUsed { get; set; }

    /// <summary>Tasks that hold resources, stopping ones among them.</summary>
    public int Tasks { get; set; }

    /// <summary>One number for a port and its protocol.</summary>
    public static int PortKey(int port, bool udp) => udp ? port | Udp : port;

    public static (int Port, bool Udp) PortOf(int key) => (key & 0xffff, (key & Udp) != 0);

    /// <summary>What is left; negative when the instance shrank below what its tasks hold.</summary>
    public int Left(CountedResource resource) => resource switch
    {
        CountedResource.Cpu => (Instance?.Resources.CpuUnits ?? 0) - CpuUsed,
        CountedResource.Memory => (Instance?.Resources.MemoryMiB ?? 0) - MemoryUsed,
        CountedResource.Gpu => (Instance?.Resources.GpuIds?.Length ?? 0) - GpusUsed,
        CountedResource.NetworkInterface => Instance?.Resources.NetworkInterfaces is { } interfaces ? interfaces - NetworkInterfacesUsed : int.MaxValue,
    };

    public void SetPort(int key, bool isTaken)
    {
        if (isTaken)
        {
            (ports ??= []).Add(key);
        }
        else
        {
            ports?.Remove(key);
        }
    }

    /// <summary>Whether neither a task nor the machine itself has the port.</summary>
    public bool IsFree(int key)
    {
        if (Instance is not { } instance || ports?.Contains(key) == true)
        {
            return false;
        }

        var (port, udp) = PortOf(key);
        return !(udp ? instance.Resources.ReservedUdpPorts : instance.Resources.ReservedTcpPorts).Contains(port);
    }
}
