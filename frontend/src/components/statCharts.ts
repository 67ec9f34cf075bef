/** The charts that statistics need beyond lines; imported by the pages that draw them. */
import { BoxplotChart, HeatmapChart, ScatterChart } from 'echarts/charts';
import { MarkLineComponent, VisualMapComponent } from 'echarts/components';
import { use as register } from 'echarts/core';

register([ScatterChart, BoxplotChart, HeatmapChart, MarkLineComponent, VisualMapComponent]);
